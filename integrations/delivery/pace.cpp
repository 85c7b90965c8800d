#include "integrations/delivery/pace.h"

#include <algorithm>

namespace picket::delivery {
namespace {

using namespace std::chrono_literals;

constexpr int kInARow = 3;
constexpr auto kCalm = 1min;  // without a message, and it begins anew
constexpr Milliseconds kPauseMin = 30s;
constexpr Milliseconds kPauseMax = 5min;

}  // namespace

SteadyTime Pace::next(bool urgent) const {
  return urgent ? std::min<SteadyTime>(next_, last_ + kPauseMin) : next_;
}

void Pace::told(SteadyTime now) {
  if (in_a_row_ > 0 && now > last_ + pause_ + kCalm) *this = {};
  last_ = next_ = now;
  if (++in_a_row_ < kInARow) return;
  pause_ = std::clamp(2 * pause_, kPauseMin, kPauseMax);
  next_ = now + pause_;
}

}  // namespace picket::delivery
