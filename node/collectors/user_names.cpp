#include "node/collectors/user_names.h"

#include <algorithm>
#include <utility>

namespace picket::node {

UserNames::UserNames(NameLookup& lookup, const Clock& clock, std::function<void()> answered)
    : lookup_(lookup),
      clock_(clock),
      answered_(std::move(answered)),
      entries_(std::make_shared<Entries>()) {}

std::optional<std::string> UserNames::of(uint32_t uid) {
  if (!entries_->contains(uid)) make_room();
  Entry& entry = (*entries_)[uid];
  const SteadyTime now = clock_.steady();
  if (!entry.asking && (!entry.answered || now >= entry.expires)) ask(uid, entry);
  if (entry.name) return entry.name;
  if (entry.answered || now >= entry.asked + kUserNamePatience) return std::to_string(uid);
  return std::nullopt;
}

void UserNames::ask(uint32_t uid, Entry& entry) {
  entry.asking = true;
  entry.asked = clock_.steady();
  lookup_.lookup(uid, [this, uid, weak = std::weak_ptr(entries_)](std::optional<std::string> name) {
    const auto entries = weak.lock();
    const auto found = entries ? entries->find(uid) : Entries::iterator();
    if (!entries || found == entries->end()) return;
    Entry& answer = found->second;
    const bool news = !answer.answered || answer.name != name;
    answer.answered = true;
    answer.asking = false;
    answer.expires = clock_.steady() +
                     (name ? Nanoseconds(kUserNameValidity) : Nanoseconds(kNoUserNameValidity));
    answer.name = std::move(name);
    if (news) answered_();
  });
}

void UserNames::make_room() {
  if (entries_->size() < kUserNamesMax) return;
  const auto oldest = std::min_element(
      entries_->begin(), entries_->end(),
      [](const auto& one, const auto& other) { return one.second.asked < other.second.asked; });
  entries_->erase(oldest);
}

}  // namespace picket::node
