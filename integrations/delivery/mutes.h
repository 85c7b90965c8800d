// What somebody wants to be quiet about for a while. It is counted, and told as one when that ends:
// nothing is lost without a word. What says that somebody pretends is told all the same. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/clock.h"
#include "integrations/delivery/item.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

struct Mute {
  WallTime until;
  std::string what;  // a glob over nodes or kinds; empty: all
};

inline constexpr std::size_t kMutesMax = 32;

class Mutes {
 public:
  /// Instead of one for the same; false: there are too many.
  [[nodiscard]] bool add(const Mute& mute);
  /// All end with the next sweep().
  void end_all();

  /// Whether it is to be quiet about it; then it was counted.
  bool take(const Facts& facts);
  /// What was counted of those that have ended.
  void sweep(WallTime now, std::vector<Item>& items);
  bool empty() const { return mutes_.empty(); }

  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state);

 private:
  std::vector<v1::CountedMute> mutes_;
};

}  // namespace picket::delivery
