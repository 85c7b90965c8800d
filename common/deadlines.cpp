#include "common/deadlines.h"

namespace picket {

Deadlines::Id Deadlines::at(SteadyTime due, std::function<void()> action) {
  const Id id = ++last_id_;
  const bool earlier = actions_.empty() || due < actions_.begin()->first.first;
  actions_.emplace(std::pair(due, id), std::move(action));
  due_by_id_.emplace(id, due);
  if (earlier && on_earlier_) on_earlier_();
  return id;
}

void Deadlines::cancel(Id id) {
  const auto found = due_by_id_.find(id);
  if (found == due_by_id_.end()) return;
  actions_.erase(std::pair(found->second, id));
  due_by_id_.erase(found);
}

std::optional<SteadyTime> Deadlines::next() const {
  if (actions_.empty()) return std::nullopt;
  return actions_.begin()->first.first;
}

void Deadlines::run_due(SteadyTime now) {
  while (!actions_.empty() && actions_.begin()->first.first <= now) {
    auto first = actions_.extract(actions_.begin());
    due_by_id_.erase(first.key().second);
    first.mapped()();
  }
}

}  // namespace picket
