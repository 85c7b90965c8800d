#include "hub/core/node_items.h"

#include <algorithm>
#include <utility>

#include "common/frame.h"
#include "common/limits.h"

namespace picket::hub {
namespace {

v1::CollectorSummary summarise(const std::string& resource, const StoredResource& stored,
                               std::optional<SteadyTime> now) {
  v1::CollectorSummary summary;
  summary.set_resource(resource);
  *summary.mutable_health() = stored.health;
  summary.set_rows(static_cast<uint32_t>(stored.sessions.size()));
  summary.set_at_unix_ns(to_unix_ns(stored.at));
  summary.set_received_unix_ns(to_unix_ns(stored.received));
  if (now && stored.refreshed) {
    const auto age = std::chrono::duration_cast<Milliseconds>(*now - *stored.refreshed).count();
    summary.set_refreshed_ago_ms(static_cast<uint64_t>(std::max<int64_t>(age, 0)));
  }
  return summary;
}

v1::Session with_idle(const v1::Session& session, const StoredResource& stored, bool idle) {
  v1::Session row = session;
  const auto found = stored.idle_ms.find(session.key());
  if (idle && found != stored.idle_ms.end()) row.set_idle_ms(found->second);
  return row;
}

void add_rows(std::vector<std::string>& frames, uint64_t request_id, const std::string& name,
              const std::string& resource, const StoredResource& stored, bool idle) {
  v1::HubToClient message;
  message.set_request_id(request_id);
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (message.rows().sessions().rows_size() == 0) return;
    frames.push_back(encode_frame(message));
    message.clear_message();
    bytes = 0;
  };
  for (const auto& [key, session] : stored.sessions) {
    auto row = with_idle(session, stored, idle);
    const std::size_t row_bytes = row.ByteSizeLong();
    const auto count = static_cast<std::size_t>(message.rows().sessions().rows_size());
    const bool full = count >= limits::kFrameElementsMax / 4;
    if (full || bytes + row_bytes > limits::kPartBytesMax) flush();
    bytes += row_bytes;
    auto* rows = message.mutable_rows();
    rows->set_node(name);
    rows->set_resource(resource);
    *rows->mutable_sessions()->add_rows() = std::move(row);
  }
  flush();
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
    *summary.add_collectors() = summarise(resource, stored, now);
  }
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
    add_rows(frames, request_id, name, resource, stored, now.has_value());
  }
  return frames;
}

}  // namespace picket::hub
