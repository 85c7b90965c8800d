#include "hub/core/stored_node.h"

#include <utility>

#include "hub/core/derive_wireguard.h"
#include "picket/v1/hub_state.pb.h"

namespace picket::hub {
namespace {

// The two enums have the same words, but one is the clients' protocol and the other our file.
v1::StoredNode::State to_stored(v1::NodeSummary::State state) {
  switch (state) {
    case v1::NodeSummary::STATE_CONNECTED: return v1::StoredNode::STATE_CONNECTED;
    case v1::NodeSummary::STATE_DISCONNECTED: return v1::StoredNode::STATE_DISCONNECTED;
    case v1::NodeSummary::STATE_REVOKED: return v1::StoredNode::STATE_REVOKED;
    default: return v1::StoredNode::STATE_NOT_SEEN;
  }
}

v1::NodeSummary::State from_stored(v1::StoredNode::State state) {
  switch (state) {
    case v1::StoredNode::STATE_CONNECTED: return v1::NodeSummary::STATE_CONNECTED;
    case v1::StoredNode::STATE_DISCONNECTED: return v1::NodeSummary::STATE_DISCONNECTED;
    case v1::StoredNode::STATE_REVOKED: return v1::NodeSummary::STATE_REVOKED;
    default: return v1::NodeSummary::STATE_NOT_SEEN;
  }
}

void fill(v1::StoredNode::Resource& row, const std::string& resource,
          const StoredResource& stored) {
  row.set_resource(resource);
  *row.mutable_health() = stored.health;
  for (const auto& [key, session] : stored.sessions) {
    v1::Session& stored_session = *row.add_sessions();
    stored_session = session;
    const auto name = stored.key_names.find(key);
    if (name != stored.key_names.end()) stored_session.set_key_name(name->second);
  }
  if (stored.auth_log) *row.mutable_auth_log() = *stored.auth_log;
  if (stored.commands) *row.mutable_commands() = *stored.commands;
  for (const auto& [name, interface] : stored.wireguard.interfaces)
    *row.mutable_wireguard()->add_interfaces() = interface;
  for (const auto& [key, peer] : stored.wireguard.peers)
    *row.mutable_wireguard()->add_peers() = peer;
  row.set_ever_seen(stored.ever_seen);
  row.set_at_unix_ns(to_unix_ns(stored.at));
  row.set_received_unix_ns(to_unix_ns(stored.received));
}

StoredResource resource_of(v1::StoredNode::Resource& row) {
  StoredResource stored;
  stored.health = std::move(*row.mutable_health());
  stored.bytes = row.ByteSizeLong();
  for (auto& session : *row.mutable_sessions()) {
    if (!session.key_name().empty()) stored.key_names[session.key()] = session.key_name();
    session.clear_key_name();
    stored.sessions.insert_or_assign(session.key(), session);
  }
  if (row.has_auth_log()) stored.auth_log = row.auth_log();
  if (row.has_commands()) stored.commands = row.commands();
  stored.wireguard = stored_wireguard(row.wireguard());
  stored.ever_seen = row.ever_seen();
  stored.at = from_unix_ns(row.at_unix_ns());
  stored.received = from_unix_ns(row.received_unix_ns());
  return stored;
}

}  // namespace

std::string encode_node(const NodeRecord& record) {
  v1::StoredNode row;
  row.set_state(to_stored(record.state));
  row.set_since_unix_ns(to_unix_ns(record.since));
  row.set_address(record.address);
  row.set_reason(record.reason);
  row.set_last_update_unix_ns(to_unix_ns(record.last_update));
  row.set_certificate_expires_unix_ns(to_unix_ns(record.certificate_expires));
  *row.mutable_facts() = record.facts;
  row.set_clock_wrong(record.clock_wrong);
  for (const auto& [resource, stored] : record.resources) {
    fill(*row.add_resources(), resource, stored);
  }
  return row.SerializeAsString();
}

Result<NodeRecord> decode_node(std::string_view bytes) {
  v1::StoredNode row;
  if (!row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error{"not the row of a node"};
  }
  NodeRecord record;
  record.state = from_stored(row.state());
  record.since = from_unix_ns(row.since_unix_ns());
  record.address = row.address();
  record.reason = row.reason();
  record.last_update = from_unix_ns(row.last_update_unix_ns());
  record.certificate_expires = from_unix_ns(row.certificate_expires_unix_ns());
  record.facts = std::move(*row.mutable_facts());
  record.clock_wrong = row.clock_wrong();
  for (auto& resource : *row.mutable_resources()) {
    record.resources.insert_or_assign(resource.resource(), resource_of(resource));
  }
  return record;
}

}  // namespace picket::hub
