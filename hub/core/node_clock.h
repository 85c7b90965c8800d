// How far a node's clock is off ours, by what it answers to "what time is it?". Pure.
#pragma once

#include <optional>

#include "common/clock.h"
#include "hub/core/node_record.h"
#include "hub/core/update_sink.h"

namespace picket::hub {

struct ClockSample {
  Nanoseconds offset;  // by how much the node's clock is ahead of ours
  Nanoseconds error;   // at most so much more or less
};

/// What is made of the answers on one link.
class ClockSampler {
 public:
  /// The node said `node_now` somewhere within the `round_trip` that ended at `received`. Nothing:
  /// it took so long that it is worth less than what is known.
  std::optional<ClockSample> take(WallTime node_now, WallTime received, Nanoseconds round_trip);

 private:
  bool has_better_ = false;
};

/// Remembers the sample, and adds what follows: the clock is wrong, or right again.
void derive_clock(UpdateSink& sink, NodeRecord& record, const ClockSample& sample);

}  // namespace picket::hub
