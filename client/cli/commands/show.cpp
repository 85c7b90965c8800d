// picket show SELECTOR...
#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/lib/json.h"
#include "client/lib/node_details.h"

namespace picket::cli {
namespace {

class Printer {
 public:
  explicit Printer(Context& context) : context_(context) {}

  void print(const std::optional<client::NodeDetails>& details) {
    if (!details) return;
    const bool is_first = !std::exchange(printed_, true);
    if (context_.json) {
      context_.out.write(client::to_json(*details) + "\n");
      return;
    }
    if (!is_first) context_.out.write("\n");
    context_.out.write(print_node(*details, context_.clock.wall(), context_.screen));
  }

  bool printed() const { return printed_; }

 private:
  Context& context_;
  bool printed_ = false;
};

ExitCode show_nodes(Context& context, const std::vector<std::string>& selectors) {
  v1::ClientToHub request;
  request.mutable_show_nodes()->mutable_selectors()->Assign(selectors.begin(), selectors.end());
  request.mutable_show_nodes()->set_refresh(true);
  client::NodeDetailsReader reader;
  Printer printer(context);
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (item.has_node()) printer.print(reader.on_node(item.node()));
    if (item.has_rows()) reader.on_rows(item.rows());
  });
  if (failure) return report(context, *failure);
  printer.print(reader.on_end());
  if (!printer.printed() && is_choice(selectors)) report_no_match(context, selectors);
  return ExitCode::kDone;
}

}  // namespace

Run set_up_show(CLI::App& app) {
  const auto selectors = std::make_shared<std::vector<std::string>>();
  app.add_option("selectors", *selectors, "Names, globs over names, addresses, or @all")
      ->type_name("SELECTOR")
      ->required();
  return [selectors](Context& context) { return show_nodes(context, *selectors); };
}

}  // namespace picket::cli
