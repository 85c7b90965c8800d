#include "node/core/event_rates.h"

#include <algorithm>

#include "common/limits.h"

namespace picket::node {
namespace {

constexpr double kOfUid = limits::kLocalEventsPerMinuteMax;
constexpr double kInAll = limits::kLocalEventsPerMinuteInAllMax;

}  // namespace

void EventRates::Bucket::drain(SteadyTime now, double per_minute) {
  const std::chrono::duration<double, std::ratio<60>> passed = now - at;
  used = std::max(0.0, used - passed.count() * per_minute);
  at = now;
}

std::optional<std::string> EventRates::refuse(uint32_t uid, SteadyTime now) {
  for (auto& [other, bucket] : of_uid_) bucket.drain(now, kOfUid);
  std::erase_if(of_uid_, [](const auto& entry) { return entry.second.used == 0; });
  in_all_.drain(now, kInAll);
  if (in_all_.used + 1 > limits::kLocalEventsBurstInAll)
    return "too many events on this server: at most " +
           std::to_string(limits::kLocalEventsPerMinuteInAllMax) + " a minute in the long run";
  Bucket& own = of_uid_.try_emplace(uid, Bucket{0, now}).first->second;
  if (own.used + 1 > limits::kLocalEventsBurst)
    return "too many events of uid " + std::to_string(uid) + ": at most " +
           std::to_string(limits::kLocalEventsPerMinuteMax) + " a minute in the long run";
  own.used += 1;
  in_all_.used += 1;
  return std::nullopt;
}

}  // namespace picket::node
