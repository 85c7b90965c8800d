// How much output a node may have on its way to the hub, of all its executions together: more while
// that doesn't make it wait longer, so that a long line is used and a narrow one isn't filled.
#pragma once

#include <cstdint>
#include <optional>

#include "common/clock.h"
#include "common/limits.h"

namespace picket::hub {

class OutputWindow {
 public:
  /// Of what was granted, so much has not come yet.
  uint64_t on_its_way() const { return granted_ - received_; }
  uint64_t room() const { return bytes_ > on_its_way() ? bytes_ - on_its_way() : 0; }
  uint64_t bytes() const { return bytes_; }

  void grant(uint64_t bytes, SteadyTime now);
  void receive(uint64_t bytes, SteadyTime now);
  /// Granted, and will not come: the execution has ended.
  void give_back(uint64_t bytes);

 private:
  struct Round {  // from a grant to the arrival of its last byte
    uint64_t through = 0;
    SteadyTime began;
  };

  uint64_t bytes_ = limits::kOutputWindowBytesMin;
  uint64_t granted_ = 0;
  uint64_t received_ = 0;
  std::optional<Round> round_;
  std::optional<Nanoseconds> shortest_;  // round
};

}  // namespace picket::hub
