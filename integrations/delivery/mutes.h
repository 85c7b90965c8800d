// What somebody wants to be quiet about for a while. It is counted, and told as one when that ends:
// nothing is lost without a word. What says that somebody pretends is told all the same. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "integrations/delivery/item.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

struct Mute {
  WallTime until;
  std::string what;     // a glob over nodes or kinds; empty: all
  WallTime since = {};  // what was received earlier is told
};

/// What somebody wants to be quiet about, or no longer.
struct MuteOrder {
  std::optional<WallTime> until;    // nothing: it ends
  std::optional<std::string> what;  // nothing: all, and where it ends, each that there is
};

/// One that is in force, as a person wants to see it.
struct MuteShown {
  std::string what;
  WallTime until;
  std::uint64_t counted = 0;
};

inline constexpr std::size_t kMutesMax = 32;

class Mutes {
 public:
  /// Instead of one for the same, which goes on counting; false: there are too many.
  [[nodiscard]] bool add(const Mute& mute);
  /// Ends with the next sweep(); false: there is none for that.
  [[nodiscard]] bool end(const std::string& what);
  void end_all();
  std::vector<MuteShown> list(WallTime now) const;

  /// Whether it is to be quiet about it; then it was counted.
  bool take(const Facts& facts);
  /// What was counted of those that have ended.
  void sweep(WallTime now, std::vector<Item>& items);
  bool empty() const { return mutes_.empty(); }

  /// Instead of those in it.
  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state);

 private:
  std::vector<v1::CountedMute> mutes_;
};

}  // namespace picket::delivery
