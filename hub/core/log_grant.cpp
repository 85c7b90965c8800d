#include "hub/core/log_grant.h"

#include <algorithm>

#include "common/limits.h"

namespace picket::hub {
namespace {

// Grants are told in steps of this, so that they cost a small part of what they grant.
constexpr uint64_t kStep = limits::kLogEventsWindow / 4;

}  // namespace

LogGrant::LogGrant(SteadyTime now)
    : granted_(limits::kLogEventsWindow), allowance_(limits::kLogEventsBurst), refilled_(now) {}

void LogGrant::refill(SteadyTime now) {
  const std::chrono::duration<double> passed = now - refilled_;
  refilled_ = now;
  allowance_ = std::min<double>(limits::kLogEventsBurst,
                                allowance_ + passed.count() * limits::kLogEventsPerSecond);
}

bool LogGrant::receive(uint64_t events, SteadyTime now) {
  if (events > granted_ - received_) return false;
  refill(now);
  received_ += events;
  allowance_ = std::max(0.0, allowance_ - static_cast<double>(events));
  return true;
}

void LogGrant::done(uint64_t events) { done_ = std::max(done_, std::min(events, received_)); }

std::optional<uint64_t> LogGrant::grant(SteadyTime now) {
  refill(now);
  const uint64_t by_rate = received_ + static_cast<uint64_t>(allowance_);
  const uint64_t total = std::min<uint64_t>(done_ + limits::kLogEventsWindow, by_rate);
  if (total <= granted_) return std::nullopt;
  if (!is_starved() && total - granted_ < kStep) return std::nullopt;
  granted_ = total;
  return granted_;
}

}  // namespace picket::hub
