#include "hub/core/refusals.h"

#include <algorithm>
#include <string>

#include "common/limits.h"

namespace picket::hub {

Refusals::Refusals(const Clock& clock, Deadlines& deadlines, Audit& audit)
    : clock_(clock), deadlines_(deadlines), audit_(audit) {}

Refusals::~Refusals() {
  if (sum_up_at_) deadlines_.cancel(*sum_up_at_);
}

void Refusals::restore_budgets() {
  const SteadyTime now = clock_.steady();
  for (auto& [uid, budget] : of_uid_) {
    const std::chrono::duration<double, std::ratio<60>> minutes = now - budget.at;
    budget.used =
        std::max(0.0, budget.used - minutes.count() * limits::kRunRefusalsAuditedPerMinute);
    budget.at = now;
  }
  std::erase_if(of_uid_, [](const auto& entry) {
    return entry.second.used == 0 && entry.second.left_out == 0;
  });
}

bool Refusals::take(const Caller& caller) {
  restore_budgets();
  Budget& budget =
      of_uid_.try_emplace(caller.uid, Budget{.used = 0, .at = clock_.steady()}).first->second;
  if (budget.used + 1 > limits::kRunRefusalsAuditedBurst) {
    ++budget.left_out;
    sum_up_later();
    return false;
  }
  budget.used += 1;
  return true;
}

void Refusals::sum_up_later() {
  if (sum_up_at_) return;
  sum_up_at_ = deadlines_.at(clock_.steady() + limits::kRunRefusalsCountedFor, [this] {
    sum_up_at_.reset();
    sum_up();
  });
}

// What can't be recorded now is counted on.
void Refusals::sum_up() {
  for (auto& [uid, budget] : of_uid_) {
    if (budget.left_out == 0) continue;
    const bool recorded = audit_.record_soon(
        {.actor = to_string(Caller{.uid = uid, .gid = 0, .groups = {}}),
         .action = "refusals",
         .object = {},
         .allowed = false,
         .outcome = "too many to record each",
         .details = {{"refusals not recorded", std::to_string(budget.left_out)}}});
    if (recorded) budget.left_out = 0;
    if (!recorded) sum_up_later();
  }
}

}  // namespace picket::hub
