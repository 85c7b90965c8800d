// The hub's start and its nodes' return as one thing to tell, when it has become quiet: not one for
// each node. Pure.
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
  /// `rule`: by which the hub's start is told.
  bool take(const v1::Update& update, const Facts& facts, const std::string& rule,
            std::vector<Item>& items);
  /// Tells of it once nothing more has come for a while.
  void sweep(WallTime now, std::vector<Item>& items);
  bool empty() const { return !running_; }

  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state, const std::string& rule);

 private:
  struct Running {
    std::string rule;
    std::string version;
    WallTime at;
    WallTime last;  // when something of it came
    std::set<std::string> nodes;
  };

  void end(std::vector<Item>& items);

  std::optional<Running> running_;
};

}  // namespace picket::delivery
