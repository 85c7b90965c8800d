// The hub's start and what came of it as one thing to tell: when the nodes had time to come back,
// with the names of those that didn't. Pure.
//
// A hub says nothing of nodes that come back soon; of the others, that they are gone, when their
// time is over: a hub's dead_after. Where that is longer than the usual one they are told together
// in a message of their own.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "integrations/delivery/item.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

class HubRestart {
 public:
  /// An update that a rule would have told of; true: it is part of a restart, and told with it.
  /// `rule`: by which it would be.
  bool take(const v1::Update& update, const Facts& facts, const std::string& rule,
            std::vector<Item>& items);
  /// Tells of it when the nodes have had their time.
  void sweep(WallTime now, std::vector<Item>& items);
  bool empty() const { return !running_; }

  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state);

 private:
  struct Running {
    std::string rule;
    std::string version;  // empty: its start has been told
    WallTime at;          // when the hub was started, or said who is missing; by its clock
    std::set<std::string> missing;
  };

  static Nanoseconds waits(const Running& running);
  bool is_over(WallTime now) const;
  void end(std::vector<Item>& items);

  std::optional<Running> running_;
};

}  // namespace picket::delivery
