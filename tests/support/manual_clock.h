// A clock that stands until the test moves it.
#pragma once

#include "common/clock.h"

namespace picket::test {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime wall) : wall_(wall) {}
  WallTime wall() const override { return wall_; }
  SteadyTime steady() const override { return steady_; }
  Nanoseconds since_boot() const override { return steady_.time_since_epoch(); }

  void advance(Nanoseconds by) {
    wall_ += by;
    steady_ += by;
  }
  /// Only the wall clock jumps.
  void set_wall(WallTime wall) { wall_ = wall; }

 private:
  WallTime wall_;
  SteadyTime steady_{std::chrono::hours(1)};
};

}  // namespace picket::test
