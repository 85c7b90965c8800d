// picket nodes [SELECTOR...]
#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/lib/json.h"
#include "client/words/words.h"

namespace picket::cli {
namespace {

struct NodesOptions {
  std::vector<std::string> selectors;
  bool names = false;
};

ExitCode list_nodes(Context& context, const NodesOptions& options) {
  const auto& selectors = options.selectors;
  v1::ClientToHub request;
  request.mutable_list_nodes()->mutable_selectors()->Assign(selectors.begin(), selectors.end());
  std::vector<v1::NodeSummary> nodes;
  bool found = false;
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (!item.has_node()) return;
    found = true;
    if (options.names) {
      context.out.write(words::outside_text(item.node().name()) + "\n");
    } else if (context.json) {
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
  if (!context.json && !options.names)
    context.out.write(print_nodes(nodes, context.clock.wall(), context.screen));
  return ExitCode::kDone;
}

}  // namespace

Run set_up_nodes(CLI::App& app) {
  const auto options = std::make_shared<NodesOptions>();
  app.add_flag("--names", options->names, "Only the names, one a line");
  app.add_option("selectors", options->selectors, "Names, globs over names, addresses, or @all")
      ->type_name("SELECTOR");
  return [options](Context& context) { return list_nodes(context, *options); };
}

}  // namespace picket::cli
