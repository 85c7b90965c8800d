#include "hub/core/node_clock.h"

#include "common/limits.h"

namespace picket::hub {
namespace {

void tell(UpdateSink& sink, const char* kind, Nanoseconds offset) {
  const auto offset_ms = std::chrono::duration_cast<Milliseconds>(offset).count();
  sink.event(kind).mutable_node()->set_clock_offset_ms(offset_ms);
}

}  // namespace

std::optional<ClockSample> ClockSampler::take(WallTime node_now, WallTime received,
                                              Nanoseconds round_trip) {
  if (round_trip > limits::kClockProbeTimeout) return std::nullopt;
  const bool is_good = round_trip <= limits::kClockRoundTripMax;
  if (!is_good && has_better_) return std::nullopt;
  has_better_ = has_better_ || is_good;
  return ClockSample{.offset = node_now - (received - round_trip / 2), .error = round_trip / 2};
}

void derive_clock(UpdateSink& sink, NodeRecord& record, const ClockSample& sample) {
  record.clock_offset = sample.offset;
  const Nanoseconds off = std::chrono::abs(sample.offset);
  const bool is_wrong = off - sample.error > limits::kClockWrongFrom;
  const bool is_right = off < limits::kClockRightWithin && sample.error < limits::kClockRightWithin;
  if (is_wrong && !record.clock_wrong) {
    record.clock_wrong = true;
    tell(sink, "node.clock_wrong", sample.offset);
  } else if (is_right && record.clock_wrong) {
    record.clock_wrong = false;
    tell(sink, "node.clock_right", sample.offset);
  }
}

}  // namespace picket::hub
