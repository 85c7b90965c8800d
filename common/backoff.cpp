#include "common/backoff.h"

#include <algorithm>
#include <utility>

namespace picket {

Backoff::Backoff(Random random, std::chrono::milliseconds min, std::chrono::milliseconds max)
    : random_(std::move(random)), min_(min), max_(max), ceiling_(min) {}

std::chrono::milliseconds Backoff::next(std::chrono::milliseconds retry_after) {
  ceiling_ = std::min(ceiling_ * 2, max_);
  const auto span = static_cast<uint64_t>((ceiling_ - min_).count()) + 1;
  const auto jittered = min_ + std::chrono::milliseconds(random_() % span);
  // A wish of the hub's is jittered too: it gives all whom it turns away the same.
  if (retry_after.count() <= 0) return jittered;
  return std::min(retry_after, kRetryAfterMax) + jittered;
}

void Backoff::reset() { ceiling_ = min_; }

}  // namespace picket
