// picket commands [SELECTOR...]
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/table.h"
#include "client/lib/json_rows.h"
#include "client/words/command_words.h"
#include "client/words/words.h"

namespace picket::cli {
namespace {

class Printer {
 public:
  explicit Printer(Context& context) : context_(context) {}

  void add(const v1::NodeRows& rows) {
    if (!rows.has_commands()) return;
    if (context_.json) {
      return context_.out.write(
          json::line_of({{"node", rows.node()}, {"commands", json::value_of(rows.commands())}}) +
          "\n");
    }
    for (const auto& error : rows.commands().errors())
      context_.err.write("picket: " + words::outside_text(rows.node()) + ": " +
                         words::outside_text(error) + "\n");
    for (const auto& command : rows.commands().rows()) {
      any_ = true;
      table_.add({words::outside_text(rows.node()), words::outside_text(command.label()),
                  words::parameter_words(command), words::outside_text(command.description())});
    }
  }
  void finish() const {
    if (context_.json) return;
    if (any_) return context_.out.write(table_.print(context_.screen));
    context_.err.write("picket: no commands; a node's own /etc/picket/commands.toml allows some\n");
  }

 private:
  Context& context_;
  Table table_{{"NODE", "LABEL", "PARAMETERS", "DESCRIPTION"}};
  bool any_ = false;
};

ExitCode list_commands(Context& context, const std::vector<std::string>& selectors) {
  v1::ClientToHub request;
  request.mutable_show_nodes()->mutable_selectors()->Assign(selectors.begin(), selectors.end());
  Printer printer(context);
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (item.has_rows()) printer.add(item.rows());
  });
  if (failure) return report(context, *failure);
  printer.finish();
  return ExitCode::kDone;
}

}  // namespace

Run set_up_commands(CLI::App& app) {
  const auto selectors = std::make_shared<std::vector<std::string>>();
  app.add_option("selectors", *selectors, "Names, globs over names, addresses; by default all")
      ->type_name("SELECTOR");
  return [selectors](Context& context) { return list_commands(context, *selectors); };
}

}  // namespace picket::cli
