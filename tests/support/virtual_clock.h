// A clock that moves only by hand.
#pragma once

#include "common/clock.h"

namespace picket::test {

class VirtualClock final : public Clock {
 public:
  WallTime wall() const override { return wall_; }
  SteadyTime steady() const override { return steady_; }
  Nanoseconds since_boot() const override { return steady_.time_since_epoch(); }

  void advance(Nanoseconds duration) {
    wall_ += duration;
    steady_ += duration;
  }
  void advance_to(SteadyTime time) {
    if (time > steady_) advance(time - steady_);
  }
  /// The wall clock alone jumps, as when someone sets it.
  void jump_wall(Nanoseconds by) { wall_ += by; }

 private:
  WallTime wall_ = from_unix_ns(1'700'000'000'000'000'000);
  SteadyTime steady_{std::chrono::hours(1)};
};

}  // namespace picket::test
