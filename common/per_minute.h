// A budget for what strangers can make us write: so much a minute, and the rest is counted. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "common/clock.h"

namespace picket {

class PerMinute {
 public:
  explicit PerMinute(std::size_t times_max) : times_max_(times_max) {}

  /// How many were left out since the last that was not, if this one is within the budget; nothing:
  /// it is to be left out, and was counted.
  [[nodiscard]] std::optional<std::size_t> take(SteadyTime now) {
    if (!began_ || now - *began_ >= std::chrono::minutes(1)) {
      began_ = now;
      times_ = 0;
    }
    if (times_ >= times_max_) {
      ++left_out_;
      return std::nullopt;
    }
    ++times_;
    return std::exchange(left_out_, 0);
  }

 private:
  std::size_t times_max_;
  std::optional<SteadyTime> began_;  // of the present minute
  std::size_t times_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace picket
