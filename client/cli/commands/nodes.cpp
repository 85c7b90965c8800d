// picket nodes [SELECTOR...]
#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/lib/json.h"

namespace picket::cli {
namespace {

ExitCode list_nodes(Context& context, const std::vector<std::string>& selectors) {
  v1::ClientToHub request;
  request.mutable_list_nodes()->mutable_selectors()->Assign(selectors.begin(), selectors.end());
  std::vector<v1::NodeSummary> nodes;
  bool found = false;
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (!item.has_node()) return;
    found = true;
    if (context.json) {
      context.out.write(client::to_json(item.node()) + "\n");
    } else {
      nodes.push_back(item.node());
    }
  });
  if (failure) return report(context, *failure);
  if (!found && is_choice(selectors)) {
    report_no_match(context, selectors);
    return ExitCode::kDone;
  }
  if (!context.json) context.out.write(print_nodes(nodes, context.clock.wall(), context.screen));
  return ExitCode::kDone;
}

}  // namespace

Run set_up_nodes(CLI::App& app) {
  const auto selectors = std::make_shared<std::vector<std::string>>();
  app.add_option("selectors", *selectors, "Names, globs over names, addresses, or @all")
      ->type_name("SELECTOR");
  return [selectors](Context& context) { return list_nodes(context, *selectors); };
}

}  // namespace picket::cli
