#include "hub/core/node_items.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/frame.h"
#include "common/value_parts.h"
#include "hub/core/derive_sessions.h"

namespace picket::hub {
namespace {

v1::CollectorSummary summarise(const std::string& resource, const StoredResource& stored,
                               bool connected, std::optional<SteadyTime> now) {
  v1::CollectorSummary summary;
  summary.set_resource(resource);
  *summary.mutable_health() = stored.current_health(connected);
  summary.set_rows(static_cast<uint32_t>(stored.rows()));
  summary.set_at_unix_ns(to_unix_ns(stored.at));
  summary.set_received_unix_ns(to_unix_ns(stored.received));
  if (now && stored.refreshed) {
    const auto age = std::chrono::duration_cast<Milliseconds>(*now - *stored.refreshed).count();
    summary.set_refreshed_ago_ms(static_cast<uint64_t>(std::max<int64_t>(age, 0)));
  }
  return summary;
}

/// Rows of one resource of one node, in as many frames as needed.
class RowFrames {
 public:
  RowFrames(std::vector<std::string>& frames, uint64_t request_id, const std::string& node,
            const std::string& resource)
      : frames_(frames), node_(node), resource_(resource) {
    message_.set_request_id(request_id);
  }

  /// The message that the next row belongs to.
  template <typename Row>
  v1::NodeRows& rows_for(const Row& row) {
    if (budget_.begins_frame(row.ByteSizeLong(), elements_of(row))) flush();
    return rows();
  }
  v1::NodeRows& rows() {
    auto* rows = message_.mutable_rows();
    rows->set_node(node_);
    rows->set_resource(resource_);
    return *rows;
  }
  void flush() {
    if (message_.has_rows()) frames_.push_back(encode_frame(message_));
    message_.clear_message();
  }

 private:
  std::vector<std::string>& frames_;
  const std::string& node_;
  const std::string& resource_;
  v1::HubToClient message_;
  FrameBudget budget_;
};

void add_sessions(RowFrames& frames, const NodeRecord& node, const StoredResource& stored,
                  bool refreshed) {
  for (const auto& [key, session] : stored.sessions) {
    v1::Session row = session;
    fill_session(node, row);
    const auto idle = stored.idle_ms.find(key);
    if (refreshed && idle != stored.idle_ms.end()) row.set_idle_ms(idle->second);
    *frames.rows_for(row).mutable_sessions()->add_rows() = std::move(row);
  }
}

void add_wireguard(RowFrames& frames, const StoredResource& stored, bool refreshed) {
  for (const auto& [name, row] : stored.wireguard.interfaces)
    *frames.rows_for(row).mutable_wireguard()->add_interfaces() = row;
  for (const auto& [key, peer] : stored.wireguard.peers) {
    v1::WireguardPeer row = peer;
    const auto counts = stored.peer_counts.find(key);
    if (refreshed && counts != stored.peer_counts.end()) {
      row.set_latest_handshake_unix_ns(counts->second.latest_handshake_unix_ns);
      row.set_received_bytes(counts->second.received_bytes);
      row.set_sent_bytes(counts->second.sent_bytes);
    }
    *frames.rows_for(row).mutable_wireguard()->add_peers() = std::move(row);
  }
}

}  // namespace

v1::NodeSummary summarise(const std::string& name, const NodeRecord& node,
                          std::optional<SteadyTime> now) {
  v1::NodeSummary summary;
  summary.set_name(name);
  summary.set_state(node.state);
  summary.set_since_unix_ns(to_unix_ns(node.since));
  summary.set_address(node.address);
  summary.set_reason(node.reason);
  summary.set_last_update_unix_ns(to_unix_ns(node.last_update));
  if (!node.facts.agent_version().empty()) *summary.mutable_facts() = node.facts;
  for (const auto& [resource, stored] : node.resources) {
    const bool connected = node.state == v1::NodeSummary::STATE_CONNECTED;
    *summary.add_collectors() = summarise(resource, stored, connected, now);
  }
  if (node.clock_offset)
    summary.set_clock_offset_ms(
        std::chrono::duration_cast<Milliseconds>(*node.clock_offset).count());
  summary.set_certificate_expires_unix_ns(to_unix_ns(node.certificate_expires));
  return summary;
}

std::vector<std::string> node_frames(uint64_t request_id, const std::string& name,
                                     const NodeRecord& node, std::optional<SteadyTime> now) {
  v1::HubToClient message;
  message.set_request_id(request_id);
  *message.mutable_node() = summarise(name, node, now);
  std::vector<std::string> frames = {encode_frame(message)};
  for (const auto& [resource, stored] : node.resources) {
    RowFrames rows(frames, request_id, name, resource);
    add_sessions(rows, node, stored, now.has_value());
    add_wireguard(rows, stored, now.has_value());
    if (stored.auth_log) *rows.rows().mutable_auth_log() = *stored.auth_log;
    rows.flush();
    if (stored.commands) *rows.rows().mutable_commands() = *stored.commands;
    rows.flush();
  }
  return frames;
}

}  // namespace picket::hub
