#include "hub/core/node_items.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/frame.h"
#include "common/value_parts.h"

namespace picket::hub {
namespace {

v1::CollectorSummary summarise(const std::string& resource, const StoredResource& stored,
                               bool connected, std::optional<SteadyTime> now) {
  v1::CollectorSummary summary;
  summary.set_resource(resource);
  *summary.mutable_health() = stored.current_health(connected);
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
  FrameBudget budget;
  const auto flush = [&] {
    if (message.rows().sessions().rows_size() > 0) frames.push_back(encode_frame(message));
    message.clear_message();
  };
  for (const auto& [key, session] : stored.sessions) {
    auto row = with_idle(session, stored, idle);
    if (budget.begins_frame(row.ByteSizeLong(), elements_of(row))) flush();
    auto* rows = message.mutable_rows();
    rows->set_node(name);
    rows->set_resource(resource);
    *rows->mutable_sessions()->add_rows() = std::move(row);
  }
  flush();
}

void add_auth_log(std::vector<std::string>& frames, uint64_t request_id, const std::string& name,
                  const std::string& resource, const StoredResource& stored) {
  if (!stored.auth_log) return;
  v1::HubToClient message;
  message.set_request_id(request_id);
  auto* rows = message.mutable_rows();
  rows->set_node(name);
  rows->set_resource(resource);
  *rows->mutable_auth_log() = *stored.auth_log;
  frames.push_back(encode_frame(message));
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
    add_auth_log(frames, request_id, name, resource, stored);
  }
  return frames;
}

}  // namespace picket::hub
