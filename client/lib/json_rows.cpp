#include "client/lib/json_rows.h"

#include <string>

#include "common/auth_json.h"

namespace picket::json {

Json value_of(const v1::NodeFacts& facts) {
  Json object = Json::object();
  put_text(object, "host_name", facts.host_name());
  put_text(object, "os", facts.os());
  put_text(object, "kernel", facts.kernel());
  put_text(object, "agent_version", facts.agent_version());
  put_text(object, "boot_id", facts.boot_id());
  put_time(object, "booted", facts.booted_unix_ns());
  put_known(object, "reboot_required", facts.reboot_required());
  if (facts.reboot_reasons_size() > 0)
    object["reboot_reasons"] = list_of_texts(facts.reboot_reasons());
  return object;
}

Json value_of(const v1::Session& session) {
  Json object = Json::object();
  put_text(object, "key", session.key());
  put_text(object, "user", session.user());
  put_bytes(object, "user_raw", session.user_raw());
  if (session.has_uid()) object["uid"] = session.uid();
  put_text(object, "tty", session.tty());
  put_text(object, "seat", session.seat());
  put_text(object, "remote_host", session.remote_host());
  put_bytes(object, "remote_host_raw", session.remote_host_raw());
  put_text(object, "service", session.service());
  put_text(object, "class", session.class_());
  put_known(object, "leader_pid", session.leader_pid());
  put_time(object, "since", session.since_unix_ns());
  object["sources"] = list_of_texts(session.sources());
  if (session.has_idle_ms()) object["idle_ms"] = session.idle_ms();
  put_behind(object, session.behind());
  put_text(object, "key_name", session.key_name());
  return object;
}

Json value_of(const v1::SessionsChange& change) {
  Json object = Json::object();
  object["added"] = list_of(change.added());
  object["changed"] = list_of(change.changed());
  object["removed_keys"] = list_of_texts(change.removed_keys());
  return object;
}

Json value_of(const v1::WireguardInterface& interface) {
  Json object = Json::object();
  put_text(object, "name", interface.name());
  put_text(object, "public_key", interface.public_key());
  put_known(object, "listen_port", interface.listen_port());
  put_known(object, "fwmark", interface.fwmark());
  object["userspace"] = interface.userspace();
  return object;
}

Json value_of(const v1::WireguardPeer& peer) {
  Json object = Json::object();
  put_text(object, "key", peer.key());
  put_text(object, "interface", peer.interface());
  put_text(object, "public_key", peer.public_key());
  put_text(object, "name", peer.name());
  put_text(object, "endpoint_address", peer.endpoint_address());
  put_known(object, "endpoint_port", peer.endpoint_port());
  object["allowed_ips"] = list_of_texts(peer.allowed_ips());
  put_known(object, "allowed_ips_left_out", peer.allowed_ips_left_out());
  put_known(object, "keepalive_s", peer.keepalive_s());
  object["preshared_key"] = peer.preshared_key();
  object["active"] = peer.active();
  put_time(object, "latest_handshake", peer.latest_handshake_unix_ns());
  if (peer.has_received_bytes()) object["received_bytes"] = peer.received_bytes();
  if (peer.has_sent_bytes()) object["sent_bytes"] = peer.sent_bytes();
  return object;
}

Json value_of(const v1::WireguardRows& rows) {
  Json object = Json::object();
  object["interfaces"] = list_of(rows.interfaces());
  object["peers"] = list_of(rows.peers());
  return object;
}

Json value_of(const v1::WireguardChange& change) {
  Json object = Json::object();
  object["interfaces_added"] = list_of(change.interfaces_added());
  object["interfaces_changed"] = list_of(change.interfaces_changed());
  object["interfaces_removed"] = list_of_texts(change.interfaces_removed());
  object["added"] = list_of(change.added());
  object["changed"] = list_of(change.changed());
  object["removed_keys"] = list_of_texts(change.removed_keys());
  return object;
}

Json value_of(const v1::WireguardEvent& event) {
  Json object = Json::object();
  object["peer"] = value_of(event.peer());
  put_text(object, "endpoint_address_before", event.endpoint_address_before());
  put_known(object, "endpoint_port_before", event.endpoint_port_before());
  if (event.allowed_ips_before_size() > 0)
    object["allowed_ips_before"] = list_of_texts(event.allowed_ips_before());
  return object;
}

Json value_of(const v1::NodeEvent& event) {
  Json object = Json::object();
  put_text(object, "address", event.address());
  put_text(object, "other_address", event.other_address());
  put_text(object, "reason", event.reason());
  put_known(object, "clock_offset_ms", event.clock_offset_ms());
  if (event.reboot_reasons_size() > 0)
    object["reboot_reasons"] = list_of_texts(event.reboot_reasons());
  return object;
}

Json value_of(const v1::LocalEvent& event) {
  Json object = Json::object();
  object["uid"] = event.uid();
  put_text(object, "text", event.text());
  put_bytes(object, "text_raw", event.text_raw());
  Json fields = Json::array();
  for (const auto& field : event.fields()) {
    Json row = Json::object();
    put_text(row, "name", field.name());
    put_text(row, "value", field.value());
    put_bytes(row, "value_raw", field.value_raw());
    fields.push_back(std::move(row));
  }
  if (!fields.empty()) object["fields"] = std::move(fields);
  return object;
}

}  // namespace picket::json
