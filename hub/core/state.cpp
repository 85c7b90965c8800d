#include "hub/core/state.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "hub/core/behind_address.h"
#include "hub/core/derive_facts.h"
#include "hub/core/derive_sessions.h"
#include "hub/core/derive_wireguard.h"

namespace picket::hub {
namespace {

// Room for what an earlier run may have used after its last commit.
constexpr uint64_t kSeqGap = uint64_t{1} << 20U;
// A rate of 1,024 updates a millisecond keeps this below the true seq of any run since that
// instant.
constexpr uint64_t kSeqPerMillisecond = 1024;

uint64_t first_seq(const Clock& clock, uint64_t last_committed) {
  const auto now =
      std::chrono::duration_cast<Milliseconds>(clock.wall().time_since_epoch()).count();
  return std::max(last_committed + kSeqGap,
                  static_cast<uint64_t>(std::max<int64_t>(now, 0)) * kSeqPerMillisecond);
}

std::string health_kind(const v1::CollectorHealth& before, const v1::CollectorHealth& after) {
  if (after.has_failed() && !before.has_failed()) return "collector.failed";
  if (before.has_failed() && after.has_ok()) return "collector.recovered";
  return {};
}

void derive_health(UpdateSink& sink, const StoredResource& stored, const v1::ResourceValue& value) {
  // The first word on a link ends the "initialising" that clients may have been shown meanwhile.
  if (stored.fresh && same_health(stored.health, value.health())) return;
  *sink.change(value.resource()).mutable_health() = value.health();
  const std::string kind = health_kind(stored.health, value.health());
  if (kind.empty()) return;
  auto* event = sink.event(kind).mutable_collector();
  event->set_resource(value.resource());
  *event->mutable_health() = value.health();
}

// What a value changes, of whatever resource: each finds what is its own.
void derive(UpdateSink& sink, NodeRecord& node, StoredResource& stored,
            const v1::ResourceValue& value) {
  derive_sessions(sink, node, stored, value);
  derive_wireguard(sink, stored, value);
  derive_health(sink, stored, value);
  if (value.health().has_ok() || value.health().has_not_monitored())
    stored.ever_seen = value.health().has_ok();
}

}  // namespace

State::State(const Clock& clock, uint64_t last_committed_seq)
    : clock_(clock), next_seq_(first_seq(clock, last_committed_seq)) {}

WallTime start_of(uint64_t first_seq) {
  return WallTime(Milliseconds(static_cast<int64_t>(first_seq / kSeqPerMillisecond)));
}

const NodeRecord* State::find(std::string_view node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? nullptr : &found->second;
}

Updates State::started(const std::string& version) {
  auto sink = sink_of("", clock_.wall());
  sink.event("hub.started").mutable_hub()->set_version(version);
  return sink.take();
}

void State::known(const std::string& node, WallTime certificate_expires) {
  auto& record = nodes_[node];
  record.certificate_expires = certificate_expires;
  if (record.state == v1::NodeSummary::STATE_REVOKED)
    record.state = v1::NodeSummary::STATE_NOT_SEEN;
  if (record.since == WallTime()) record.since = clock_.wall();
}

Updates State::connected(const Connected& connected, bool quiet) {
  auto& record = nodes_[connected.node];
  record.state = v1::NodeSummary::STATE_CONNECTED;
  record.since = clock_.wall();
  record.address = connected.address;
  record.reason.clear();
  record.certificate_expires = connected.certificate_expires;
  record.clock_offset.reset();
  auto sink = sink_of(connected.node, record.since);
  sink.set_late(true);
  derive_facts(sink, record.facts, connected.facts);  // a boot comes before the link of its agent
  sink.set_late(false);
  if (!quiet) sink.event("node.connected").mutable_node()->set_address(connected.address);
  for (auto& [resource, stored] : record.resources) stored.fresh = false;
  drop_resources(sink, record, connected.resources);
  for (const auto& resource : connected.resources) {
    auto& stored = record.resources[resource];
    if (stored.health.state_case() == v1::CollectorHealth::STATE_NOT_SET) {
      stored.health.mutable_initialising();
    }
  }
  return sink.take();
}

// What the node no longer watches goes as if it had been switched off.
void State::drop_resources(UpdateSink& sink, NodeRecord& record,
                           const std::vector<std::string>& named) {
  for (auto entry = record.resources.begin(); entry != record.resources.end();) {
    const auto& resource = entry->first;
    if (std::find(named.begin(), named.end(), resource) != named.end()) {
      ++entry;
      continue;
    }
    v1::ResourceValue off;
    off.set_resource(resource);
    off.mutable_health()->mutable_not_monitored();
    derive(sink, record, entry->second, off);
    entry = record.resources.erase(entry);
  }
}

Updates State::disconnected(std::string_view node, const std::string& reason) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return {};
  auto& record = found->second;
  if (record.state != v1::NodeSummary::STATE_CONNECTED) return {};
  record.state = v1::NodeSummary::STATE_DISCONNECTED;
  record.since = clock_.wall();
  record.reason = reason;
  record.clock_offset.reset();
  auto sink = sink_of(found->first, record.since);
  auto* event = sink.event("node.disconnected").mutable_node();
  event->set_address(record.address);
  event->set_reason(reason);
  return sink.take();
}

Updates State::absent(std::string_view node) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return {};
  auto& record = found->second;
  const bool was_connected =
      record.state == v1::NodeSummary::STATE_DISCONNECTED && record.reason == kHubStopped;
  if (!was_connected) return {};
  record.reason = "not_seen_since_hub_start";
  auto sink = sink_of(found->first, clock_.wall());
  sink.set_late(true);
  auto* event = sink.event("node.disconnected").mutable_node();
  event->set_address(record.address);
  event->set_reason(record.reason);
  return sink.take();
}

Updates State::conflict(std::string_view node, const std::string& address,
                        const std::string& other_address) {
  auto sink = sink_of(std::string(node), clock_.wall());
  auto* event = sink.event("node.identity_conflict").mutable_node();
  event->set_address(address);
  event->set_other_address(other_address);
  return sink.take();
}

Updates State::refused(std::string_view node, const std::string& address) {
  auto sink = sink_of(std::string(node), clock_.wall());
  sink.event("node.refused").mutable_node()->set_address(address);
  return sink.take();
}

Updates State::revoked(std::string_view node) {
  auto& record = nodes_[std::string(node)];
  record.state = v1::NodeSummary::STATE_REVOKED;
  record.since = clock_.wall();
  record.reason = "revoked";
  auto sink = sink_of(std::string(node), record.since);
  sink.event("node.revoked").mutable_node()->set_address(record.address);
  return sink.take();
}

Updates State::forgotten(std::string_view node) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return {};
  auto sink = sink_of(found->first, clock_.wall());
  sink.event("node.forgotten").mutable_node()->set_address(found->second.address);
  nodes_.erase(found);
  return sink.take();
}

Updates State::value(std::string_view node, const v1::ResourceValue& value) {
  const auto found = nodes_.find(node);
  assert(found != nodes_.end());
  auto& record = found->second;
  auto& stored = record.resources[value.resource()];
  auto sink = sink_of(found->first, from_unix_ns(value.at_unix_ns()));
  if (value.health().has_initialising()) return blinded(std::move(sink), stored, value.resource());
  // What happened while nobody could see is told once, and said to be late.
  sink.set_late((!stored.fresh && !stored.health.has_initialising()) || stored.health.has_failed());
  if (value.has_host()) derive_facts(sink, record.facts, value.host());
  derive(sink, record, stored, value);
  stored.health = value.health();
  if (value.has_auth_log()) stored.auth_log = value.auth_log();
  if (value.has_commands()) stored.commands = value.commands();
  stored.bytes = value.ByteSizeLong();
  stored.fresh = true;
  stored.at = sink.at();
  stored.received = sink.received();
  record.last_update = sink.received();
  return sink.take();
}

// The collector begins anew: what is stored stands as last seen, and is compared when it sees
// again.
Updates State::blinded(UpdateSink sink, StoredResource& stored, const std::string& resource) {
  if (std::exchange(stored.fresh, false)) {
    sink.change(resource).mutable_health()->mutable_initialising();
  }
  return sink.take();
}

Updates State::logged(std::string_view node, WallTime at, v1::Event event) {
  const auto found = nodes_.find(node);
  assert(found != nodes_.end());
  auto sink = sink_of(found->first, at);
  fill_behind(found->second, event);
  name_key(sink, found->second, people_, at, event);
  *sink.add().mutable_event() = std::move(event);
  found->second.last_update = sink.received();
  return sink.take();
}

Updates State::clock(std::string_view node, const ClockSample& sample) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return {};
  auto sink = sink_of(found->first, clock_.wall());
  derive_clock(sink, found->second, sample);
  return sink.take();
}

void State::restore(const std::string& node, NodeRecord record, WallTime at) {
  if (record.state == v1::NodeSummary::STATE_CONNECTED) {
    record.state = v1::NodeSummary::STATE_DISCONNECTED;
    record.since = at;
    record.reason = std::string(kHubStopped);
  }
  nodes_.insert_or_assign(node, std::move(record));
}

std::size_t State::bytes_beside(std::string_view node, std::string_view resource) const {
  std::size_t bytes = 0;
  const auto* record = find(node);
  if (record == nullptr) return bytes;
  for (const auto& [name, stored] : record->resources) {
    if (name != resource) bytes += stored.bytes;
  }
  return bytes;
}

void State::refreshed(std::string_view node, const v1::ResourceValue& value) {
  const auto found = nodes_.find(node);
  // Whatever doesn't see has nothing fresh to tell.
  if (found == nodes_.end() || !value.health().has_ok()) return;
  auto& stored = found->second.resources[value.resource()];
  stored.idle_ms.clear();
  for (const auto& row : value.sessions().rows()) {
    if (row.has_idle_ms()) stored.idle_ms[row.key()] = row.idle_ms();
  }
  stored.peer_counts.clear();
  for (const auto& row : value.wireguard().peers()) {
    if (!stored.wireguard.peers.contains(row.key())) continue;
    stored.peer_counts[row.key()] = {row.latest_handshake_unix_ns(), row.received_bytes(),
                                     row.sent_bytes()};
  }
  if (value.has_auth_log()) stored.auth_log = value.auth_log();
  stored.refreshed = clock_.steady();
  // Only the time of the last success: all else is news, and comes as a value.
  if (same_health(value.health(), stored.health)) stored.health = value.health();
}

std::string kind_of(const v1::Update& update) {
  if (update.has_event()) return update.event().kind();
  return update.change().resource() + ".changed";
}

}  // namespace picket::hub
