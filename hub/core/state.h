// What the hub knows of its nodes. Pure: it is handed facts and answers with the updates that
// follow from them, each with its seq. Nothing else derives events.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "hub/core/session_diff.h"
#include "picket/v1/client_link.pb.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

using Updates = std::vector<v1::Update>;

/// The current value of one resource of one node, as far as the node could see it.
struct StoredResource {
  v1::CollectorHealth health;
  SessionsByKey sessions;                   // if the health is failed: as last seen
  bool ever_seen = false;                   // `sessions` was ok at least once
  bool fresh = false;                       // came on the current link
  WallTime at;                              // by the node's clock
  WallTime received;                        // by ours
  std::map<std::string, uint64_t> idle_ms;  // by key, from the last refresh
  std::optional<v1::AuthLog> auth_log;      // its counts are of the last refresh
  std::optional<SteadyTime> refreshed;
  std::size_t bytes = 0;  // of the latest value

  /// What can be said now: a node that has connected again has yet to look.
  v1::CollectorHealth current_health(bool connected) const;
};

/// Why a node is disconnected that was connected when the hub's last run ended.
inline constexpr std::string_view kHubStopped = "hub_stopped";

struct NodeRecord {
  v1::NodeSummary::State state = v1::NodeSummary::STATE_NOT_SEEN;
  WallTime since;
  std::string address;
  std::string reason;  // why it is disconnected
  WallTime last_update;
  WallTime certificate_expires;
  v1::NodeFacts facts;
  std::map<std::string, StoredResource, std::less<>> resources;
};

/// A node whose hello was accepted.
struct Connected {
  std::string node;
  std::string address;
  WallTime certificate_expires;
  v1::NodeFacts facts;
  std::vector<std::string> resources;
};

class State {
 public:
  /// Starts above everything that any earlier run can have used, whatever became of its journal.
  State(const Clock& clock, uint64_t last_committed_seq);

  uint64_t last_seq() const { return next_seq_ - 1; }
  using Nodes = std::map<std::string, NodeRecord, std::less<>>;
  const Nodes& nodes() const { return nodes_; }
  const NodeRecord* find(std::string_view node) const;

  /// The hub has started; `version` is its own.
  Updates started(const std::string& version);
  /// A name with a certificate, before it was ever seen.
  void known(const std::string& node, WallTime certificate_expires);
  /// `quiet`: connected again after a start of the hub or by a newer link of the same agent; no
  /// event.
  Updates connected(const Connected& connected, bool quiet);
  Updates disconnected(std::string_view node, const std::string& reason);
  /// Known, but did not come back after the hub's start.
  Updates absent(std::string_view node);
  Updates conflict(std::string_view node, const std::string& address,
                   const std::string& other_address);
  Updates revoked(std::string_view node);
  Updates forgotten(std::string_view node);
  /// A complete value that arrived on the node's link.
  Updates value(std::string_view node, const v1::ResourceValue& value);
  /// An event of the node's log.
  Updates logged(std::string_view node, WallTime at, v1::Event event);
  /// What an earlier run stored: to be called before anything else. Whoever was connected is
  /// disconnected now, since `at`.
  void restore(const std::string& node, NodeRecord record, WallTime at);
  /// What the node's values take up, but for that of `resource`.
  std::size_t bytes_beside(std::string_view node, std::string_view resource) const;
  /// What a refresh brought: kept beside the value, never an update by itself.
  void refreshed(std::string_view node, const v1::ResourceValue& value);

 private:
  struct Sink;  // collects the updates of one call
  void drop_resources(Sink& sink, NodeRecord& record, const std::vector<std::string>& named);
  Updates blinded(Sink sink, StoredResource& stored, const std::string& resource);
  void derive_sessions(Sink& sink, StoredResource& stored, const v1::ResourceValue& value);
  void derive_health(Sink& sink, const StoredResource& stored, const v1::ResourceValue& value);

  const Clock& clock_;
  uint64_t next_seq_;
  Nodes nodes_;
};

/// The kind that filters match: "session.opened", "sessions.changed".
std::string kind_of(const v1::Update& update);

}  // namespace picket::hub
