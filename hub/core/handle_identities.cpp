// Tokens and identities: each change is recorded before it is made.
#include <utility>

#include "common/frame.h"
#include "common/limits.h"
#include "hub/core/audit.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

/// False after the error was answered: what can't be recorded isn't done.
bool recorded(const RequestContext& context, const std::string& object) {
  const bool written = context.hub.audit().record({.actor = to_string(context.caller),
                                                   .action = context.action,
                                                   .object = object,
                                                   .allowed = true,
                                                   .outcome = "accepted",
                                                   .details = {}});
  if (!written) {
    context.response.error(
        v1::Error::CODE_INTERNAL,
        "the audit log can't be written, so nothing was done; see the hub's log");
  }
  return written;
}

/// Answers end, or the error, which is recorded as the outcome.
bool finish(const RequestContext& context, const std::string& object,
            const std::optional<Refused>& refused) {
  if (!refused) return true;
  (void)context.hub.audit().record({.actor = to_string(context.caller),
                                    .action = context.action,
                                    .object = object,
                                    .allowed = true,
                                    .outcome = refused->text,
                                    .details = {}});
  context.response.error(refused->code, refused->text);
  return false;
}

std::string joined(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace

void handle_create_tokens(const RequestContext& context) {
  const auto& request = context.request.create_tokens();
  const auto count = static_cast<std::size_t>(request.nodes_size());
  if (count == 0 || count > limits::kTokensPerRequestMax) {
    return context.response.error(v1::Error::CODE_INVALID, "create_tokens takes 1 to 1000 names");
  }
  const std::string names = joined(request.nodes());
  if (!recorded(context, names)) return;
  TokenOrder order{.nodes = {request.nodes().begin(), request.nodes().end()},
                   .valid = context.hub.settings().token_validity,
                   .replace = request.replace(),
                   .created_by = to_string(context.caller)};
  if (request.valid_ms() != 0) order.valid = Milliseconds(request.valid_ms());
  std::vector<v1::Token> tokens;
  const auto refused = context.hub.identities().create_tokens(order, tokens);
  if (!finish(context, names, refused)) return;
  for (auto& token : tokens) {
    v1::HubToClient message;
    *message.mutable_token() = std::move(token);
    context.response.item(std::move(message));
  }
  context.response.end();
}

void handle_list_tokens(const RequestContext& context) {
  auto tokens = std::make_shared<std::vector<v1::Token>>(context.hub.identities().tokens());
  const uint64_t id = context.response.request_id();
  auto next = std::make_shared<std::size_t>(0);
  context.response.stream([tokens, next, id](std::vector<std::string>& frames) {
    if (*next == tokens->size()) return false;
    v1::HubToClient message;
    message.set_request_id(id);
    *message.mutable_token() = std::move((*tokens)[(*next)++]);
    frames.push_back(encode_frame(message));
    return true;
  });
}

void handle_revoke_token(const RequestContext& context) {
  // The whole token may be given; the record holds no secret.
  const std::string& id = context.request.revoke_token().id();
  const std::string object = id.starts_with("pkt1_") ? "(given by its text)" : id;
  if (!recorded(context, object)) return;
  const auto refused = context.hub.identities().revoke_token(id);
  if (finish(context, object, refused)) context.response.end();
}

void handle_revoke_node(const RequestContext& context) {
  const std::string& node = context.request.revoke_node().node();
  if (!recorded(context, node)) return;
  const auto refused = context.hub.identities().revoke_node(node);
  if (!finish(context, node, refused)) return;
  context.hub.on_revoked(node);
  context.response.end();
}

void handle_forget_node(const RequestContext& context) {
  const std::string& node = context.request.forget_node().node();
  if (context.hub.node_links().find(node) != nullptr) {
    return context.response.error(v1::Error::CODE_INVALID,
                                  node + " is connected; stop its agent or revoke it first");
  }
  if (!recorded(context, node)) return;
  const auto refused = context.hub.identities().forget_node(node);
  if (!finish(context, node, refused)) return;
  context.hub.on_forgotten(node);
  context.response.end();
}

}  // namespace picket::hub
