// picket node revoke|forget NAME
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "client/cli/commands/registry.h"

namespace picket::cli {
namespace {

ExitCode revoke(Context& context, const std::string& name) {
  v1::ClientToHub request;
  request.mutable_revoke_node()->set_node(name);
  return change(
      context, request,
      name + " is revoked; `picket token create --replace --name " + name + "` lets it join again");
}

ExitCode forget(Context& context, const std::string& name) {
  v1::ClientToHub request;
  request.mutable_forget_node()->set_node(name);
  return change(context, request, name + " is forgotten");
}

}  // namespace

Run set_up_node(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  auto* revoking = app.add_subcommand(
      "revoke", "Refuse all certificates made so far for this name, and cut the live link");
  revoking->add_option("name", *name, "The node's name")->type_name("NODE")->required();
  auto* forgetting = app.add_subcommand(
      "forget", "Remove a node that isn't connected, with its values, tokens and identity");
  forgetting->add_option("name", *name, "The node's name")->type_name("NODE")->required();
  app.require_subcommand(1);
  return [name, revoking](Context& context) {
    return revoking->parsed() ? revoke(context, *name) : forget(context, *name);
  };
}

}  // namespace picket::cli
