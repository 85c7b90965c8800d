#include "node/collectors/user_ids.h"

#include <algorithm>
#include <utility>

namespace picket::node {

UserIds::UserIds(NameLookup& lookup, const Clock& clock, std::function<void()> answered)
    : lookup_(lookup),
      clock_(clock),
      answered_(std::move(answered)),
      entries_(std::make_shared<Entries>()) {}

UidAnswer UserIds::of(std::string_view user) {
  const SteadyTime now = clock_.steady();
  auto found = entries_->find(user);
  if (found != entries_->end() && found->second.answered && now >= found->second.expires) {
    entries_->erase(found);
    found = entries_->end();
  }
  if (found == entries_->end()) {
    make_room();
    ask(std::string(user));
    return {std::nullopt, true};
  }
  const Entry& entry = found->second;
  return {entry.uid, !entry.answered && now < entry.asked + kUserIdPatience};
}

void UserIds::ask(const std::string& user) {
  (*entries_)[user].asked = clock_.steady();
  lookup_.lookup_uid(user,
                     [this, user, weak = std::weak_ptr(entries_)](std::optional<uint32_t> uid) {
                       const auto entries = weak.lock();
                       const auto found = entries ? entries->find(user) : Entries::iterator();
                       if (!entries || found == entries->end()) return;
                       found->second.uid = uid;
                       found->second.answered = true;
                       found->second.expires = clock_.steady() + kUserIdValidity;
                       answered_();
                     });
}

void UserIds::make_room() {
  if (entries_->size() < kUserIdsMax) return;
  const auto oldest = std::min_element(
      entries_->begin(), entries_->end(),
      [](const auto& one, const auto& other) { return one.second.asked < other.second.asked; });
  entries_->erase(oldest);
}

}  // namespace picket::node
