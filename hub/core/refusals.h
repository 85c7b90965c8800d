// How many records the audit log gets of requests that change nothing, since they are refused or
// repeat another: a budget for each uid, lest somebody who may do nothing roll the log over. What
// is beyond is counted, and a record says soon how many that were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "common/clock.h"
#include "common/deadlines.h"
#include "hub/core/access.h"
#include "hub/core/audit.h"

namespace picket::hub {

class Refusals {
 public:
  /// All outlive it.
  Refusals(const Clock& clock, Deadlines& deadlines, Audit& audit);
  ~Refusals();
  Refusals(const Refusals&) = delete;
  Refusals& operator=(const Refusals&) = delete;

  /// Whether there is a record of this one, which is its caller's to make; else it was counted.
  [[nodiscard]] bool take(const Caller& caller);
  /// Records now what has been counted.
  void sum_up();

  /// Uids that are remembered: those that may not have a whole burst again yet.
  std::size_t uids() const { return of_uid_.size(); }

 private:
  struct Budget {
    double used = 0;  // of the burst
    SteadyTime at;    // when that was so
    std::size_t left_out = 0;
  };
  void restore_budgets();
  void sum_up_later();

  const Clock& clock_;
  Deadlines& deadlines_;
  Audit& audit_;
  std::map<uint32_t, Budget> of_uid_;
  std::optional<Deadlines::Id> sum_up_at_;
};

}  // namespace picket::hub
