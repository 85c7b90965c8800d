#include "integrations/delivery/mutes.h"

#include <algorithm>
#include <utility>

#include "common/text.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

constexpr std::size_t kTextsShown = 4;
constexpr auto kSlack = std::chrono::minutes(1);

bool fits(const v1::CountedMute& mute, const Facts& facts) {
  const auto received = to_unix_ns(facts.received);
  if (received >= mute.until_unix_ns() || received < mute.since_unix_ns()) return false;
  return mute.what().empty() || glob_matches(mute.what(), facts.node) ||
         glob_matches(mute.what(), facts.kind);
}

Item item_of(const v1::CountedMute& mute, WallTime now) {
  const v1::CountedEvents& events = mute.events();
  std::string words = "quiet about " +
                      (mute.what().empty() ? "all" : escape_for_terminal(mute.what())) +
                      " until now: " + number_words(events.count());
  const std::string kinds = top_words(events.kinds(), kTextsShown);
  const std::string nodes = top_words(events.nodes(), kTextsShown);
  if (!kinds.empty()) words += ", " + kinds;
  if (!nodes.empty()) words += "; on " + nodes;
  Item item = own_item("mute", "mute.ended", Mark::kWarning, words, now);
  item.attempts = events.count();
  return item;
}

}  // namespace

bool Mutes::add(const Mute& mute) {
  const auto same = std::ranges::find(mutes_, mute.what, &v1::CountedMute::what);
  if (same != mutes_.end()) {
    // One that has ended is not told yet, or no longer.
    if (same->until_unix_ns() <= to_unix_ns(mute.since))
      same->set_since_unix_ns(to_unix_ns(mute.since));
    same->set_until_unix_ns(to_unix_ns(mute.until));
    return true;
  }
  std::erase_if(mutes_, [&](const v1::CountedMute& old) {
    return old.until_unix_ns() <= to_unix_ns(mute.since) && old.events().count() == 0;
  });
  if (mutes_.size() == kMutesMax) return false;
  v1::CountedMute& added = mutes_.emplace_back();
  added.set_what(mute.what);
  added.set_since_unix_ns(to_unix_ns(mute.since));
  added.set_until_unix_ns(to_unix_ns(mute.until));
  return true;
}

bool Mutes::end(const std::string& what) {
  const auto found = std::ranges::find(mutes_, what, &v1::CountedMute::what);
  if (found == mutes_.end() || found->until_unix_ns() == 0) return false;
  found->set_until_unix_ns(0);
  return true;
}

void Mutes::end_all() {
  for (auto& mute : mutes_) mute.set_until_unix_ns(0);
}

std::vector<MuteShown> Mutes::list(WallTime now) const {
  std::vector<MuteShown> shown;
  for (const auto& mute : mutes_)
    if (mute.until_unix_ns() > to_unix_ns(now))
      shown.push_back({mute.what(), from_unix_ns(mute.until_unix_ns()), mute.events().count()});
  return shown;
}

bool Mutes::take(const Facts& facts) {
  if (is_forgery(facts.kind)) return false;
  for (auto& mute : mutes_) {
    if (!fits(mute, facts)) continue;
    count(*mute.mutable_events(), facts, kAttemptsOfMany);
    return true;
  }
  return false;
}

void Mutes::sweep(WallTime now, std::vector<Item>& items) {
  const auto has_ended = [&](const v1::CountedMute& mute) {
    // Or a clock that was ahead has been set right since.
    return mute.until_unix_ns() <= to_unix_ns(now) ||
           now < from_unix_ns(mute.since_unix_ns()) - kSlack;
  };
  for (const auto& mute : mutes_)
    if (has_ended(mute) && mute.events().count() > 0) items.push_back(item_of(mute, now));
  std::erase_if(mutes_, has_ended);
}

void Mutes::save(v1::BridgeState& state) const {
  state.clear_mutes();
  for (const auto& mute : mutes_) *state.add_mutes() = mute;
}

void Mutes::restore(const v1::BridgeState& state) {
  mutes_.assign(state.mutes().begin(), state.mutes().end());
  if (mutes_.size() > kMutesMax) mutes_.resize(kMutesMax);
}

}  // namespace picket::delivery
