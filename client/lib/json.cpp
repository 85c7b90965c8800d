#include "client/lib/json.h"

#include <utility>

#include "client/lib/json_rows.h"
#include "common/auth_json.h"
#include "common/json_fields.h"

namespace picket::client {
namespace {

using json::Json;
using json::line_of;
using json::list_of_texts;
using json::put_bytes;
using json::put_known;
using json::put_text;
using json::put_time;
using json::put_word;
using json::value_of;

Json value_of(const v1::Peer& peer) {
  Json object = Json::object();
  object["protocol_min"] = peer.protocol_min();
  object["protocol_max"] = peer.protocol_max();
  put_text(object, "program", peer.program());
  put_text(object, "version", peer.version());
  put_text(object, "instance_id", peer.instance_id());
  return object;
}

Json value_of(const v1::CollectorHealth& health) {
  Json object = Json::object();
  switch (health.state_case()) {
    case v1::CollectorHealth::kOk:
      object["state"] = "ok";
      object["sources"] = list_of_texts(health.ok().sources());
      put_time(object, "last_success", health.ok().last_success_unix_ns());
      put_known(object, "throttled_behind_ms", health.ok().throttled_behind_ms());
      break;
    case v1::CollectorHealth::kNotMonitored: object["state"] = "not_monitored"; break;
    case v1::CollectorHealth::kInitialising: object["state"] = "initialising"; break;
    case v1::CollectorHealth::kFailed:
      object["state"] = "failed";
      put_text(object, "reason", health.failed().reason());
      put_text(object, "remedy", health.failed().remedy());
      break;
    case v1::CollectorHealth::STATE_NOT_SET: object["state"] = "unknown"; break;
  }
  return object;
}

Json value_of(const v1::ResourceChange& change) {
  Json object = Json::object();
  put_text(object, "resource", change.resource());
  if (change.has_health()) object["health"] = value_of(change.health());
  switch (change.rows_case()) {
    case v1::ResourceChange::kSessions: object["sessions"] = value_of(change.sessions()); break;
    case v1::ResourceChange::kWireguard: object["wireguard"] = value_of(change.wireguard()); break;
    case v1::ResourceChange::kHost: object["host"] = value_of(change.host()); break;
    case v1::ResourceChange::ROWS_NOT_SET: break;
  }
  return object;
}

Json value_of(const v1::CollectorEvent& event) {
  Json object = Json::object();
  put_text(object, "resource", event.resource());
  if (event.has_health()) object["health"] = value_of(event.health());
  return object;
}

Json value_of(const v1::Event& event) {
  Json object = Json::object();
  put_text(object, "kind", event.kind());
  object["observed_late"] = event.observed_late();
  put_known(object, "replayed", event.replayed());
  switch (event.detail_case()) {
    case v1::Event::kSession:
      object["session"] = Json::object();
      if (event.session().has_session()) {
        object["session"]["session"] = value_of(event.session().session());
      }
      break;
    case v1::Event::kNode: object["node"] = value_of(event.node()); break;
    case v1::Event::kCollector: object["collector"] = value_of(event.collector()); break;
    case v1::Event::kHub:
      object["hub"] = Json::object();
      put_text(object["hub"], "version", event.hub().version());
      break;
    case v1::Event::kAuth: json::put_auth(object["auth"] = Json::object(), event.auth()); break;
    case v1::Event::kGap: json::put_gap(object["gap"] = Json::object(), event.gap()); break;
    case v1::Event::kQuarantined:
      json::put_quarantined(object["quarantined"] = Json::object(), event.quarantined());
      break;
    case v1::Event::kWireguard: object["wireguard"] = value_of(event.wireguard()); break;
    case v1::Event::kLocal: object["local"] = value_of(event.local()); break;
    case v1::Event::DETAIL_NOT_SET: break;
  }
  return object;
}

Json value_of(const v1::Update& update) {
  Json object = Json::object();
  object["seq"] = update.seq();
  put_text(object, "node", update.node());
  put_time(object, "at", update.at_unix_ns());
  put_time(object, "received", update.received_unix_ns());
  switch (update.body_case()) {
    case v1::Update::kChange: object["change"] = value_of(update.change()); break;
    case v1::Update::kEvent: object["event"] = value_of(update.event()); break;
    case v1::Update::BODY_NOT_SET: break;
  }
  return object;
}

Json value_of(const v1::CollectorSummary& collector) {
  Json object = Json::object();
  put_text(object, "resource", collector.resource());
  object["health"] = value_of(collector.health());
  object["rows"] = collector.rows();
  put_time(object, "at", collector.at_unix_ns());
  put_time(object, "received", collector.received_unix_ns());
  if (collector.has_refreshed_ago_ms()) object["refreshed_ago_ms"] = collector.refreshed_ago_ms();
  return object;
}

Json value_of(const v1::NodeSummary& node) {
  Json object = Json::object();
  put_text(object, "name", node.name());
  put_word(object, "state", v1::NodeSummary::State_Name(node.state()), "STATE_");
  put_time(object, "since", node.since_unix_ns());
  put_text(object, "address", node.address());
  put_text(object, "reason", node.reason());
  put_time(object, "last_update", node.last_update_unix_ns());
  if (node.has_facts()) object["facts"] = value_of(node.facts());
  object["collectors"] = Json::array();
  for (const auto& collector : node.collectors()) {
    object["collectors"].push_back(value_of(collector));
  }
  put_time(object, "certificate_expires", node.certificate_expires_unix_ns());
  if (node.has_clock_offset_ms()) object["clock_offset_ms"] = node.clock_offset_ms();
  return object;
}

Json value_of(const v1::ClosedLink& link) {
  Json object = Json::object();
  put_time(object, "at", link.at_unix_ns());
  put_text(object, "kind", link.kind());
  put_text(object, "peer", link.peer());
  put_text(object, "address", link.address());
  put_text(object, "reason", link.reason());
  put_text(object, "detail", link.detail());
  return object;
}

void put_journal(Json& object, const v1::Status& status) {
  object["seq"] = status.seq();
  object["committed_seq"] = status.committed_seq();
  put_known(object, "oldest_seq", status.oldest_seq());
  object["kept_updates"] = status.kept_updates();
  object["kept_bytes"] = status.kept_bytes();
  object["storing"] = status.storing();
  put_text(object, "not_storing_reason", status.not_storing_reason());
}

Json value_of(const v1::Status& status) {
  Json object = Json::object();
  if (status.has_peer()) object["peer"] = value_of(status.peer());
  put_text(object, "hub_id", status.hub_id());
  put_time(object, "started", status.started_unix_ns());
  put_time(object, "now", status.now_unix_ns());
  object["nodes"] = status.nodes();
  object["nodes_connected"] = status.nodes_connected();
  object["clients"] = status.clients();
  object["subscriptions"] = status.subscriptions();
  put_journal(object, status);
  object["listen"] = list_of_texts(status.listen());
  object["closed_links"] = Json::array();
  for (const auto& link : status.closed_links()) object["closed_links"].push_back(value_of(link));
  object["closed_by_reason"] = Json::array();
  for (const auto& count : status.closed_by_reason()) {
    object["closed_by_reason"].push_back({{"reason", count.reason()}, {"count", count.count()}});
  }
  put_time(object, "ca_expires", status.ca_expires_unix_ns());
  object["degraded"] = !status.config_error().empty() || !status.audit_error().empty();
  put_text(object, "audit_error", status.audit_error());
  put_text(object, "config_error", status.config_error());
  return object;
}

Json value_of(const v1::Token& token) {
  Json object = Json::object();
  put_text(object, "id", token.id());
  put_text(object, "node", token.node());
  put_text(object, "token", token.token());
  put_time(object, "created", token.created_unix_ns());
  put_time(object, "expires", token.expires_unix_ns());
  put_word(object, "state", v1::Token::State_Name(token.state()), "STATE_");
  object["replace"] = token.replace();
  put_text(object, "created_by", token.created_by());
  return object;
}

Json value_of(const v1::Missed& missed) {
  Json object = {{"first_seq", missed.first_seq()}, {"last_seq", missed.last_seq()}};
  put_text(object, "reason", missed.reason());
  put_text(object, "node", missed.node());
  return object;
}

Json value_of(const v1::NodeRows& rows) {
  Json object = Json::object();
  put_text(object, "node", rows.node());
  put_text(object, "resource", rows.resource());
  switch (rows.rows_case()) {
    case v1::NodeRows::kSessions: object["sessions"] = json::list_of(rows.sessions().rows()); break;
    case v1::NodeRows::kWireguard: object["wireguard"] = value_of(rows.wireguard()); break;
    case v1::NodeRows::kAuthLog:
      json::put_auth_log(object["auth_log"] = Json::object(), rows.auth_log());
      break;
    case v1::NodeRows::kCommands: object["commands"] = value_of(rows.commands()); break;
    case v1::NodeRows::ROWS_NOT_SET: break;
  }
  return object;
}

std::string line_of(const char* name, Json value) {
  Json object = Json::object();
  object[name] = std::move(value);
  return line_of(object);
}

}  // namespace

std::string to_json(const v1::NodeSummary& node) { return line_of(value_of(node)); }

std::string to_json(const NodeDetails& details) {
  Json object = value_of(details.node);
  for (const auto& collector : details.node.collectors()) {
    if (!collector.health().has_ok()) continue;
    if (collector.resource() == "sessions")
      object["sessions"] = json::list_of(details.sessions.rows());
    if (collector.resource() == "wireguard") object["wireguard"] = value_of(details.wireguard);
  }
  if (details.auth_log) json::put_auth_log(object["auth_log"] = Json::object(), *details.auth_log);
  if (details.commands) object["commands"] = value_of(*details.commands);
  return line_of(object);
}

std::string to_json(const v1::Status& status) { return line_of(value_of(status)); }
std::string to_json(const v1::Token& token) { return line_of(value_of(token)); }
std::string to_json(const AuditSummary& summary) {
  Json object = {{"records", summary.records}, {"files", summary.files}};
  put_known(object, "first_seq", summary.first_seq);
  put_text(object, "last_hash", summary.last_hash);
  return line_of(object);
}

std::string to_json(const v1::ClientToHub& done) {
  switch (done.request_case()) {
    case v1::ClientToHub::kRevokeToken:
      return line_of("revoke_token", {{"id", done.revoke_token().id()}});
    case v1::ClientToHub::kRevokeNode:
      return line_of("revoke_node", {{"node", done.revoke_node().node()}});
    case v1::ClientToHub::kForgetNode:
      return line_of("forget_node", {{"node", done.forget_node().node()}});
    case v1::ClientToHub::kCancelExecution:
      return line_of("cancel_execution", {{"id", done.cancel_execution().id()}});
    case v1::ClientToHub::kRun:
    case v1::ClientToHub::kAttachExecution:
    case v1::ClientToHub::kListExecutions:
    case v1::ClientToHub::kHello:
    case v1::ClientToHub::kSubscribe:
    case v1::ClientToHub::kListNodes:
    case v1::ClientToHub::kShowNodes:
    case v1::ClientToHub::kGetStatus:
    case v1::ClientToHub::kCreateTokens:
    case v1::ClientToHub::kListTokens:
    case v1::ClientToHub::kListAudit:
    case v1::ClientToHub::REQUEST_NOT_SET: return {};
  }
  return {};
}

std::string to_json(const v1::HubToClient& frame) {
  switch (frame.message_case()) {
    case v1::HubToClient::kNode: return line_of("node", value_of(frame.node()));
    case v1::HubToClient::kRows: return line_of("rows", value_of(frame.rows()));
    case v1::HubToClient::kUpdate: return line_of("update", value_of(frame.update()));
    case v1::HubToClient::kLive: return line_of("live", {{"seq", frame.live().seq()}});
    case v1::HubToClient::kProgress: return line_of("progress", {{"seq", frame.progress().seq()}});
    case v1::HubToClient::kMissed: return line_of("missed", value_of(frame.missed()));
    case v1::HubToClient::kStoring:
      return line_of("storing", {{"storing", frame.storing().storing()}});
    case v1::HubToClient::kHello:
    case v1::HubToClient::kEnd:
    case v1::HubToClient::kError:
    case v1::HubToClient::kStatus:
    case v1::HubToClient::kToken:
    case v1::HubToClient::kAuditLine:
    case v1::HubToClient::kExecution:
    case v1::HubToClient::kExecutionOutput:
    case v1::HubToClient::kExecutionEnded:
    case v1::HubToClient::MESSAGE_NOT_SET: return {};
  }
  return {};
}

}  // namespace picket::client
