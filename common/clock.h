// The time, handed in: cores read it through this interface, tests move it by hand.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace picket {

using Nanoseconds = std::chrono::nanoseconds;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// An instant of the wall clock; may jump.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Nanoseconds>;
/// An instant of the monotonic clock, for durations and deadlines; means nothing to another
/// process.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Nanoseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual SteadyTime steady() const = 0;
  /// Since the machine was started, its sleep included (CLOCK_BOOTTIME): the same in all its
  /// processes.
  virtual Nanoseconds since_boot() const = 0;
};

/// Nanoseconds since the Unix epoch, as on the wire (`*_unix_ns`).
inline int64_t to_unix_ns(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime from_unix_ns(int64_t unix_ns) { return WallTime(Nanoseconds(unix_ns)); }
/// What a peer says that the time is, held within 1970 and 2116: sums with that don't overflow.
inline WallTime from_peer_unix_ns(int64_t unix_ns) {
  return from_unix_ns(std::clamp<int64_t>(unix_ns, 0, INT64_MAX / 2));
}

}  // namespace picket
