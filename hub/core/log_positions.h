// How far the hub has each node's logs: what is stored, what was accepted and is on its way there,
// and what was only seen because it could not be stored. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/core/journal.h"

namespace picket::hub {

/// A place within one (source, instance); ordered.
struct LogPlace {
  uint64_t offset = 0;
  uint32_t part = 0;
  auto operator<=>(const LogPlace&) const = default;
};

class LogPositions {
 public:
  /// What an earlier run has stored, in the order in which it was used last.
  void restore(const NodePosition& stored);
  /// Those to go on from, for the node's welcome: what is stored, the latest used last. Times don't
  /// tell that: clocks jump, and lines of one second are alike.
  std::vector<v1::LogPosition> stored(std::string_view node) const;
  /// Those among them after which something was seen and not stored.
  std::vector<v1::LogPosition> to_repeat(std::string_view node) const;
  /// Nodes that have any such.
  std::vector<std::string> nodes_to_repeat() const;

  enum class Verdict { kKnown, kNew, kReplayed };
  /// Whether an event there is news; if so, it counts as accepted from now on.
  Verdict accept(std::string_view node, const std::string& source, const std::string& instance,
                 LogPlace place, int64_t at_unix_ns);
  /// What was accepted last, there.
  v1::LogPosition accepted(std::string_view node, const std::string& source,
                           const std::string& instance) const;

  void on_stored(const NodePosition& position);
  void on_unstored(const NodePosition& position);
  /// Takes out the one that was used longest ago, if the node has more than
  /// limits::kLogInstancesMax.
  std::vector<NodePosition> drop_surplus(std::string_view node);
  /// Takes out all of a node.
  std::vector<NodePosition> forget(std::string_view node);

 private:
  struct Record {
    LogPlace stored;
    LogPlace accepted;
    LogPlace seen;
    int64_t stored_unix_ns = 0;
    int64_t accepted_unix_ns = 0;
    bool has_stored = false;
    uint64_t used = 0;  // a number that rises with each use
  };
  using Key = std::pair<std::string, std::string>;  // source, instance
  using Records = std::map<Key, Record>;
  static v1::LogPosition position_of(const Key& key, LogPlace place, int64_t at_unix_ns);
  Record* find(const NodePosition& position);

  std::map<std::string, Records, std::less<>> nodes_;
  uint64_t uses_ = 0;
};

}  // namespace picket::hub
