// picket cancel ID
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "client/cli/commands/registry.h"

namespace picket::cli {

Run set_up_cancel(CLI::App& app) {
  const auto id = std::make_shared<std::string>();
  app.add_option("id", *id, "As printed by picket executions")->type_name("ID")->required();
  return [id](Context& context) {
    v1::ClientToHub request;
    request.mutable_cancel_execution()->set_id(*id);
    return change(context, request, "asked to end: " + *id);
  };
}

}  // namespace picket::cli
