#include "hub/core/join.h"

#include <utility>
#include <vector>

#include "common/decode.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/secret.h"

namespace picket::hub {
namespace {

std::variant<std::string, JoinRefused> bad_request(std::string text) {
  return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, std::move(text), ""};
}

JoinRefused wrong_version(const v1::Peer& hub, const v1::Peer& node) {
  const bool node_is_older = node.protocol_max() < hub.protocol_min();
  const std::string versions = "the hub (picket " + hub.version() + ") speaks protocol version " +
                               std::to_string(hub.protocol_min()) + " to " +
                               std::to_string(hub.protocol_max()) + ", this node " +
                               std::to_string(node.protocol_min()) + " to " +
                               std::to_string(node.protocol_max());
  return {v1::JoinRefusal::REASON_PROTOCOL_VERSION,
          versions + "; update " + (node_is_older ? "picket-node" : "the hub"), ""};
}

bool have_common_version(const v1::Peer& a, const v1::Peer& b) {
  return a.protocol_min() <= b.protocol_max() && b.protocol_min() <= a.protocol_max();
}

AuditRecord record_of(const std::string& address, const std::string& node) {
  AuditRecord record;
  record.actor = "join " + address;
  record.action = "node.join";
  record.object = node;
  return record;
}

}  // namespace

JoinAnswer Join::answer(std::string_view payload, const std::string& address,
                        std::string_view channel) {
  v1::JoinRequest request;
  const bool read =
      payload.size() <= limits::kJoinBytesMax && decode(payload, shapes::kJoinRequest, request);
  JoinAnswer answer;
  answer.reply.set_hub_unix_ns(to_unix_ns(clock_.wall()));
  answer.time_only = read && request.time_only();
  if (answer.time_only) return answer;
  const bool renews = read && !request.certificate().empty();
  auto decided = renews ? renew(request, address, channel) : decide(read, request, address);
  if (auto* joined = std::get_if<v1::Joined>(&decided)) {
    (renews ? answer.renewed : answer.joined) = joined->node();
    *answer.reply.mutable_joined() = std::move(*joined);
  } else {
    const auto& refused = std::get<JoinRefused>(decided);
    answer.reply.mutable_refused()->set_reason(refused.reason);
    answer.reply.mutable_refused()->set_text(refused.text);
  }
  return answer;
}

std::variant<v1::Joined, JoinRefused> Join::decide(bool read, v1::JoinRequest& request,
                                                   const std::string& address) {
  auto checked = read ? check(request) : bad_request("this is not a request to join");
  if (auto* refused = std::get_if<JoinRefused>(&checked)) {
    record_refusal(*refused, address);
    return std::move(*refused);
  }
  auto result = admit(request, std::get<std::string>(checked), address);
  wipe(*request.mutable_secret());
  return result;
}

std::variant<v1::Joined, JoinRefused> Join::renew(const v1::JoinRequest& request,
                                                  const std::string& address,
                                                  std::string_view channel) {
  if (!have_common_version(self_, request.peer())) return wrong_version(self_, request.peer());
  auto holder = authority_.identify(request, channel);
  if (auto* refused = std::get_if<JoinRefused>(&holder)) {
    record_refusal(*refused, address);
    return std::move(*refused);
  }
  return renewals_.renew(std::get<NodeCertificate>(holder), request.certificate_request(),
                         "join " + address);
}

std::variant<std::string, JoinRefused> Join::check(const v1::JoinRequest& request) const {
  if (!have_common_version(self_, request.peer())) return wrong_version(self_, request.peer());
  if (request.secret().size() != limits::kTokenSecretBytes) {
    return bad_request("the request to join has no token's secret");
  }
  return authority_.check(request.secret(), request.certificate_request());
}

std::variant<v1::Joined, JoinRefused> Join::admit(const v1::JoinRequest& request,
                                                  const std::string& node,
                                                  const std::string& address) {
  AuditRecord record = record_of(address, node);
  record.allowed = true;
  record.outcome = "done";
  if (!audit_.record(record)) {
    return JoinRefused{v1::JoinRefusal::REASON_BUSY,
                       "the hub can't write its audit file, so nobody may join; see the hub's log",
                       node};
  }
  auto result = authority_.redeem(request.secret(), request.certificate_request());
  if (const auto* refused = std::get_if<JoinRefused>(&result)) {
    record.outcome = "undone: " + refused->text;
    static_cast<void>(audit_.record(record));  // the refusal stands also where it can't be recorded
  }
  return result;
}

void Join::record_refusal(const JoinRefused& refused, const std::string& address) {
  const auto left_out = recorded_.take(clock_.steady());
  if (!left_out) return;
  AuditRecord record = record_of(address, refused.node);
  record.outcome = refused.text;
  if (*left_out > 0) {
    record.details.emplace_back("refusals not recorded before", std::to_string(*left_out));
  }
  static_cast<void>(audit_.record(record));  // the refusal stands also where it can't be recorded
}

}  // namespace picket::hub
