#include "hub/core/output_window.h"

#include <algorithm>
#include <chrono>

namespace picket::hub {
namespace {

// Rounds differ by so much without any queue growing.
constexpr Nanoseconds kJitter = std::chrono::milliseconds(2);

}  // namespace

void OutputWindow::grant(uint64_t bytes, SteadyTime now) {
  granted_ += bytes;
  if (!round_) round_ = Round{received_ + bytes, now};
}

void OutputWindow::receive(uint64_t bytes, SteadyTime now) {
  received_ = std::min(received_ + bytes, granted_);
  if (!round_ || received_ < round_->through) return;
  const Nanoseconds took = now - round_->began;
  round_.reset();
  if (!shortest_ || took < *shortest_) shortest_ = took;
  if (took <= *shortest_ + *shortest_ / 4 + kJitter) {
    bytes_ = std::min(bytes_ * 2, limits::kOutputWindowBytesMax);
  } else if (took > *shortest_ * 2 + kJitter) {
    bytes_ = std::max(bytes_ / 2, limits::kOutputWindowBytesMin);
  }
}

void OutputWindow::give_back(uint64_t bytes) {
  granted_ -= std::min(bytes, on_its_way());
  if (round_ && on_its_way() == 0) round_.reset();
}

}  // namespace picket::hub
