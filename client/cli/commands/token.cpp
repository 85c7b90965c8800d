// picket token create|list|revoke
#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/lib/json.h"
#include "client/lib/name_ranges.h"
#include "common/limits.h"
#include "common/text.h"
#include "common/units.h"

namespace picket::cli {
namespace {

struct TokenOptions {
  std::vector<std::string> names;
  std::string valid;
  bool replace = false;
  bool print_install = false;
  std::string id;
};

Result<v1::ClientToHub> creation(const TokenOptions& options) {
  v1::ClientToHub request;
  auto& create = *request.mutable_create_tokens();
  create.set_replace(options.replace);
  for (const std::string& ranges : options.names) {
    const std::size_t room = limits::kTokensPerRequestMax;
    const auto names = client::expand_name_ranges(ranges, room);
    if (!names) return Error{"--name " + ranges + ": " + names.error()};
    for (const std::string& name : *names) create.add_nodes(name);
  }
  if (create.nodes_size() > static_cast<int>(limits::kTokensPerRequestMax)) {
    return Error{"--name: more than " + std::to_string(limits::kTokensPerRequestMax) + " names"};
  }
  if (options.valid.empty()) return request;
  const auto valid = parse_duration(options.valid);
  if (!valid) return Error{"--valid: " + valid.error()};
  if (valid->count() == 0) return Error{"--valid: expected more than 0s"};
  create.set_valid_ms(static_cast<uint64_t>(valid->count()));
  return request;
}

// A reply's tokens: as JSON at once, else all of them in `tokens`.
std::optional<client::Failure> ask_for_tokens(Context& context, const v1::ClientToHub& request,
                                              std::vector<v1::Token>& tokens) {
  return ask(context, request, [&](const v1::HubToClient& item) {
    if (!item.has_token()) return;
    if (context.json) {
      context.out.write(client::to_json(item.token()) + "\n");
    } else {
      tokens.push_back(item.token());
    }
  });
}

ExitCode create_tokens(Context& context, const TokenOptions& options) {
  if (options.print_install && context.json) {
    return report_usage(context, "--print-install is for people, --json for programs: not both");
  }
  const auto request = creation(options);
  if (!request) return report_usage(context, request.error());
  std::vector<v1::Token> tokens;
  const auto failure = ask_for_tokens(context, *request, tokens);
  if (failure) return report(context, *failure);
  const auto print = options.print_install ? print_installs : print_new_tokens;
  context.out.write(print(tokens, context.clock.wall()));
  return ExitCode::kDone;
}

ExitCode list_tokens(Context& context) {
  v1::ClientToHub request;
  request.mutable_list_tokens();
  std::vector<v1::Token> tokens;
  const auto failure = ask_for_tokens(context, request, tokens);
  if (failure) return report(context, *failure);
  if (!context.json) {
    context.out.write(print_tokens(tokens, context.clock.wall(), context.screen));
  }
  return ExitCode::kDone;
}

ExitCode revoke_token(Context& context, const TokenOptions& options) {
  v1::ClientToHub request;
  request.mutable_revoke_token()->set_id(options.id);
  return change(context, request, "the token is revoked");
}

CLI::App* add_create(CLI::App& app, TokenOptions& options) {
  auto* create = app.add_subcommand("create", "Make tokens; each lets one node join once");
  create
      ->add_option("--name", options.names,
                   "The node's name, or many as 'web{1..50}', 'db{01..12}', '{web,db}1'")
      ->type_name("NAME")
      ->required();
  create->add_option("--valid", options.valid, "How long, as 2h or 7d; by default as in hub.toml")
      ->type_name("DURATION");
  create->add_flag("--replace", options.replace,
                   "Also for names that have joined: their old certificates end with the join");
  create->add_flag("--print-install", options.print_install,
                   "Print the line that installs the agent's package, joins and starts it");
  return create;
}

}  // namespace

Run set_up_token(CLI::App& app) {
  const auto options = std::make_shared<TokenOptions>();
  const auto* create = add_create(app, *options);
  const auto* list = app.add_subcommand("list", "List tokens: id, node, state");
  auto* revoke = app.add_subcommand("revoke", "Make a token worthless");
  revoke->add_option("id", options->id, "The token's id, or the token")
      ->type_name("ID")
      ->required();
  app.require_subcommand(1);
  return [options, create, list](Context& context) {
    if (create->parsed()) return create_tokens(context, *options);
    if (list->parsed()) return list_tokens(context);
    return revoke_token(context, *options);
  };
}

}  // namespace picket::cli
