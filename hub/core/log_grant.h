// How many events of its log a node may send: a window of those that are not yet stored, and a
// rate. At zero the node stops reading its log, which is the buffer. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "common/clock.h"

namespace picket::hub {

class LogGrant {
 public:
  explicit LogGrant(SteadyTime now);

  /// In all on this link; what the node has been told, and may not go beyond.
  uint64_t granted() const { return granted_; }
  uint64_t received() const { return received_; }
  /// So many have come. False: more than granted.
  [[nodiscard]] bool receive(uint64_t events, SteadyTime now);
  /// Of those received, the first `events` are stored, or need not be.
  void done(uint64_t events);
  /// The new total, if it is time to tell one.
  std::optional<uint64_t> grant(SteadyTime now);
  /// The node can send nothing until grant() is asked again, soon: it waits until it may send two,
  /// since a line can have a gap before its event.
  bool is_starved() const { return granted_ - received_ < 2; }

 private:
  void refill(SteadyTime now);

  uint64_t granted_;
  uint64_t received_ = 0;
  uint64_t done_ = 0;
  double allowance_;  // events that the rate allows beyond those received
  SteadyTime refilled_;
};

}  // namespace picket::hub
