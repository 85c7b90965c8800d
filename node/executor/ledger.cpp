#include "node/executor/ledger.h"

#include "common/limits.h"

namespace picket::node {

bool Ledger::make_room(SteadyTime now) {
  while (!by_age_.empty() && by_age_.front().since + limits::kExecutionsRemembered <= now)
    forget_oldest();
  if (ids_.size() < limits::kExecutionsRememberedMax) return true;
  if (by_age_.front().since + limits::kExecutionsRememberedMin > now) return false;
  forget_oldest();
  return true;
}

void Ledger::add(const std::string& id, SteadyTime now) {
  const auto [added, is_new] = ids_.insert(id);
  if (is_new) by_age_.push_back({&*added, now});
}

void Ledger::forget_oldest() {
  ids_.erase(*by_age_.front().id);
  by_age_.pop_front();
}

}  // namespace picket::node
