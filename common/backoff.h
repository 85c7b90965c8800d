// How long to wait before the next attempt: exponential with full jitter, so that thousands of
// nodes whose hub restarts don't come back together. Pure; randomness is handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "common/limits.h"

namespace picket {

class Backoff {
 public:
  using Random = std::function<uint64_t()>;  // uniform over all 64 bits

  explicit Backoff(Random random, std::chrono::milliseconds min = limits::kBackoffMin,
                   std::chrono::milliseconds max = limits::kBackoffMax);

  /// The pause before the next attempt: between min and a ceiling that doubles up to max. With
  /// `retry_after` (a busy hub's wish) not less than that.
  std::chrono::milliseconds next(
      std::chrono::milliseconds retry_after = std::chrono::milliseconds(0));
  /// The attempt succeeded (the hub's welcome came): begin anew.
  void reset();

 private:
  Random random_;
  std::chrono::milliseconds min_;
  std::chrono::milliseconds max_;
  std::chrono::milliseconds ceiling_;
};

}  // namespace picket
