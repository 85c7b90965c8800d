// picket status
#include <CLI/CLI.hpp>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/lib/json.h"

namespace picket::cli {
namespace {

ExitCode show_status(Context& context) {
  v1::ClientToHub request;
  request.mutable_get_status();
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (!item.has_status()) return;
    context.out.write(context.json ? client::to_json(item.status()) + "\n"
                                   : print_status(item.status(), context.screen));
  });
  if (failure) return report(context, *failure);
  return ExitCode::kDone;
}

}  // namespace

Run set_up_status(CLI::App& /*app*/) { return show_status; }

}  // namespace picket::cli
