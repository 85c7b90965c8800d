// Events that are worth a message only together: told when enough came within a time, then counted
// in silence, and told again with how many more there were. Pure; bounded: of more sources at once
// than kBurstsMax the ones longest without an event are ended early.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "integrations/delivery/item.h"
#include "integrations/delivery/rule.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

inline constexpr std::size_t kBurstsMax = 1024;

class Bursts {
 public:
  /// An event that a rule with a burst fits; what is to be told because of it goes to `items`.
  /// False: there are too few yet to be told.
  bool add(const Rule& rule, const Facts& facts, std::vector<Item>& items);
  /// So many that it has counted like this event were told by a burst before it.
  void take_back(const Rule& rule, const Facts& facts, int64_t count);
  /// What silence has ended by then.
  void sweep(WallTime now, std::vector<Item>& items);
  /// Nothing is counted, so sweep() has nothing to do.
  bool empty() const { return counted_.empty(); }

  void save(v1::BridgeState& state) const;
  /// Rules that are no longer there are left out.
  void restore(const v1::BridgeState& state, const std::vector<Rule>& rules);

 private:
  using Key = std::pair<std::string, std::string>;  // the rule's name, and the source's or so
  struct Counted {
    Burst burst;
    v1::CountedBurst saved;
    WallTime last;
  };

  static Key key_for(const Rule& rule, const Facts& facts);
  static bool is_over(const Counted& counted, WallTime now);
  static void end_silence(const Key& key, Counted& counted, WallTime now, std::vector<Item>& items);
  void make_room(WallTime now, std::vector<Item>& items);

  std::map<Key, Counted> counted_;
};

}  // namespace picket::delivery
