// What a core wants to do later. A core schedules here; whoever drives it (a daemon's loop, the
// test rig) asks for the next instant and runs what is due. Not a timer itself: it never waits.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "common/clock.h"

namespace picket {

class Deadlines {
 public:
  using Id = uint64_t;

  /// Runs `action` at `due` or soon after, once. Equal instants run in the order of scheduling.
  Id at(SteadyTime due, std::function<void()> action);
  /// Forgets it; unknown or finished ids are ignored.
  void cancel(Id id);
  /// The earliest instant at which something is due.
  std::optional<SteadyTime> next() const;
  /// Runs all that is due at `now`, also what those actions schedule for `now`.
  void run_due(SteadyTime now);
  /// Called whenever next() may have become earlier, so that the driver sets its timer again.
  void on_earlier(std::function<void()> callback) { on_earlier_ = std::move(callback); }

  std::size_t size() const { return actions_.size(); }

 private:
  std::map<std::pair<SteadyTime, Id>, std::function<void()>> actions_;
  std::map<Id, SteadyTime> due_by_id_;
  std::function<void()> on_earlier_;
  Id last_id_ = 0;
};

}  // namespace picket
