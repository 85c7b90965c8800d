// How often one rule is told: at once while that is seldom, ever more rarely while it goes on. So a
// flood, of whatever kind, is a few messages, each with how many there were. Pure.
#pragma once

#include "common/clock.h"

namespace picket::delivery {

class Pace {
 public:
  /// A message about it is being sent.
  void told(SteadyTime now);
  /// The next one about it alone is not sent before that; `urgent`: who logs in, and forgeries, are
  /// kept waiting for half a minute at most.
  SteadyTime next(bool urgent) const;

 private:
  int in_a_row_ = 0;
  Milliseconds pause_{};
  SteadyTime last_;
  SteadyTime next_;
};

}  // namespace picket::delivery
