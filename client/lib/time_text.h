// Instants and durations as people read them: in the local zone, or relative to now. Pure; now is
// handed in.
#pragma once

#include <string>

#include "common/clock.h"

namespace picket::client {

/// "2026-05-04 03:02:01" in the zone of the process (TZ).
std::string local_time(WallTime time);

/// "03:02:01" if `time` lies on the same local day as `now`, else with its date.
std::string local_time_of_day(WallTime time, WallTime now);

/// None if `to` doesn't lie behind `from`.
Seconds time_between(WallTime from, WallTime to);

/// The largest unit only, cut: "12 s", "3 min", "5 h", "8 d"; "2 y" from two years on.
std::string rough_duration(Seconds duration);

/// "just now", "3 min ago", "in 2 h"
std::string relative_time(WallTime time, WallTime now);

}  // namespace picket::client
