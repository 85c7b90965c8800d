// The machine's own clocks. Only main functions and I/O code make one; cores get a Clock.
#pragma once

#include "common/clock.h"
#include "common/since_boot.h"

namespace picket {

class SystemClock final : public Clock {
 public:
  WallTime wall() const override { return std::chrono::system_clock::now(); }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  Nanoseconds since_boot() const override { return picket::since_boot(); }
};

}  // namespace picket
