// What the hub knows of its nodes. Pure: it is handed facts and answers with the updates that
// follow from them, each with its seq. Nothing else derives events.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "hub/core/key_names.h"
#include "hub/core/node_clock.h"
#include "hub/core/node_record.h"
#include "hub/core/update_sink.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// Why a node is disconnected that was connected when the hub's last run ended.
inline constexpr std::string_view kHubStopped = "hub_stopped";

/// A node whose hello was accepted.
struct Connected {
  std::string node;
  std::string address;
  WallTime certificate_expires;
  v1::NodeFacts facts;
  std::vector<std::string> resources;
};

/// When a hub that begins with this seq was started, if its clock has not gone back since the one
/// before.
WallTime start_of(uint64_t first_seq);

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
  /// Somebody at `address` showed a certificate of the node that is refused.
  Updates refused(std::string_view node, const std::string& address);
  Updates revoked(std::string_view node);
  Updates forgotten(std::string_view node);
  /// A complete value that arrived on the node's link.
  Updates value(std::string_view node, const v1::ResourceValue& value);
  /// An event of the node's log.
  Updates logged(std::string_view node, WallTime at, v1::Event event);
  /// From now on; what was told stays as it was.
  void set_people(People people) { people_ = std::move(people); }
  /// What a node answered when it was asked for its time.
  Updates clock(std::string_view node, const ClockSample& sample);
  /// What an earlier run stored: to be called before anything else. Whoever was connected is
  /// disconnected now, since `at`.
  void restore(const std::string& node, NodeRecord record, WallTime at);
  /// What the node's values take up, but for that of `resource`.
  std::size_t bytes_beside(std::string_view node, std::string_view resource) const;
  /// What a refresh brought: kept beside the value, never an update by itself.
  void refreshed(std::string_view node, const v1::ResourceValue& value);

 private:
  UpdateSink sink_of(const std::string& node, WallTime at) {
    return {next_seq_, node, at, clock_.wall()};
  }
  void drop_resources(UpdateSink& sink, NodeRecord& record, const std::vector<std::string>& named);
  Updates blinded(UpdateSink sink, StoredResource& stored, const std::string& resource);

  const Clock& clock_;
  uint64_t next_seq_;
  Nodes nodes_;
  People people_;
};

/// The kind that filters match: "session.opened", "sessions.changed".
std::string kind_of(const v1::Update& update);

}  // namespace picket::hub
