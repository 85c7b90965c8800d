// Tokens and identities: each change is recorded before it is made.
#include <cstdint>
#include <utility>

#include "common/frame.h"
#include "common/limits.h"
#include "common/node_name.h"
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

/// One after the other as the client reads: a thousand are more than fits its outbox.
void stream(const RequestContext& context, std::vector<v1::Token> list) {
  const auto tokens = std::make_shared<std::vector<v1::Token>>(std::move(list));
  const uint64_t id = context.response.request_id();
  const auto next = std::make_shared<std::size_t>(0);
  context.response.stream([tokens, next, id](std::vector<std::string>& frames) {
    if (*next == tokens->size()) return Made::kAll;
    v1::HubToClient message;
    message.set_request_id(id);
    *message.mutable_token() = std::move((*tokens)[(*next)++]);
    frames.push_back(encode_frame(message));
    return Made::kSome;
  });
}

/// The id of a token, or the whole token wherever it stands in what was pasted.
std::string token_in(std::string_view text) {
  const auto begin = text.find("pkt1_");
  if (begin == std::string_view::npos) return std::string(text);
  const auto token = text.substr(begin);
  return std::string(token.substr(0, token.find_first_of(" \t\r\n\"'")));
}

/// What the audit may say of it: an id, and of anything else no more than that it was given.
std::string named_in_audit(const std::string& id) {
  const bool is_id =
      id.size() <= 16 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_id ? id : "(given by its text)";
}

/// False after the error was answered.
bool is_node_name(const RequestContext& context, const std::string& node) {
  const Status valid = check_node_name(node);
  if (!valid)
    context.response.error(v1::Error::CODE_NO_SUCH_NODE, "no such node: " + valid.error());
  return static_cast<bool>(valid);
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
  stream(context, std::move(tokens));
}

void handle_list_tokens(const RequestContext& context) {
  stream(context, context.hub.identities().tokens());
}

void handle_revoke_token(const RequestContext& context) {
  // The whole token may be given; the record holds no secret.
  const std::string id = token_in(context.request.revoke_token().id());
  const std::string object = named_in_audit(id);
  if (!recorded(context, object)) return;
  const auto refused = context.hub.identities().revoke_token(id);
  if (finish(context, object, refused)) context.response.end();
}

void handle_revoke_node(const RequestContext& context) {
  const std::string& node = context.request.revoke_node().node();
  if (!is_node_name(context, node)) return;
  if (!recorded(context, node)) return;
  const auto refused = context.hub.identities().revoke_node(node);
  if (!finish(context, node, refused)) return;
  context.hub.on_revoked(node);
  context.response.end();
}

void handle_forget_node(const RequestContext& context) {
  const std::string& node = context.request.forget_node().node();
  if (!is_node_name(context, node)) return;
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
