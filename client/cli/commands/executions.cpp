// picket executions [SELECTOR...]
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/cells.h"
#include "client/cli/commands/registry.h"
#include "client/cli/execution_words.h"
#include "client/cli/table.h"
#include "client/lib/json_executions.h"
#include "client/lib/time_text.h"
#include "client/words/words.h"

namespace picket::cli {
namespace {

Cell state_cell(const v1::Execution& execution) {
  switch (execution.state()) {
    case v1::Execution::STATE_REQUESTED: return {"asked for", Colour::kYellow};
    case v1::Execution::STATE_RUNNING: return {"running", Colour::kGreen};
    case v1::Execution::STATE_ENDED: return end_cell(execution.end());
    default: return {"unknown", Colour::kYellow};
  }
}

std::string by_words(const v1::Execution& execution) {
  std::string words = words::outside_text(execution.requested_by());
  if (!execution.on_behalf_of().empty())
    words += " for " + words::outside_text(execution.on_behalf_of());
  return words;
}

ExitCode list_executions(Context& context, const std::vector<std::string>& selectors) {
  v1::ClientToHub request;
  request.mutable_list_executions()->mutable_selectors()->Assign(selectors.begin(),
                                                                 selectors.end());
  Table table({"ID", "NODE", "LABEL", "STATE", "SINCE", "BY"});
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (!item.has_execution()) return;
    const v1::Execution& execution = item.execution();
    if (context.json) return context.out.write(client::to_json(execution) + "\n");
    const WallTime since = from_peer_unix_ns(execution.requested_unix_ns());
    table.add(
        {words::outside_text(execution.id()), words::outside_text(execution.node()),
         words::outside_text(execution.label()), state_cell(execution),
         client::rough_duration(std::chrono::duration_cast<Seconds>(context.clock.wall() - since)),
         by_words(execution)});
  });
  if (failure) return report(context, *failure);
  if (!context.json) context.out.write(table.print(context.screen));
  return ExitCode::kDone;
}

}  // namespace

Run set_up_executions(CLI::App& app) {
  const auto selectors = std::make_shared<std::vector<std::string>>();
  app.add_option("selectors", *selectors, "Names, globs over names, addresses; by default all")
      ->type_name("SELECTOR");
  return [selectors](Context& context) { return list_executions(context, *selectors); };
}

}  // namespace picket::cli
