#include "integrations/bridge/channel_mutes.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace picket::bridge {
namespace {

constexpr char kNothingTold[] = "nothing is told here of what happens";

/// Of those that obey.
struct Answers {
  std::size_t awaited = 0;
  Status first;
  delivery::Delivery::Saved saved;

  void take(const Status& answer) {
    if (first && !answer) first = answer;
    if (--awaited == 0) saved(first);
  }
};

}  // namespace

Status mute(const std::vector<Bridge*>& bridges, const delivery::MuteOrder& order,
            delivery::Delivery::Saved saved) {
  const auto answers = std::make_shared<Answers>();
  answers->saved = std::move(saved);
  Status refused = Error{kNothingTold};
  for (Bridge* bridge : bridges) {
    if (auto obeyed =
            bridge->mute(order, [answers](const Status& answer) { answers->take(answer); });
        !obeyed) {
      refused = std::move(obeyed);
    } else {
      ++answers->awaited;  // it answers later
    }
  }
  return answers->awaited > 0 ? Status() : refused;
}

Result<std::vector<delivery::MuteShown>> mutes_of(const std::vector<Bridge*>& bridges) {
  if (bridges.empty()) return Error{kNothingTold};
  std::vector<delivery::MuteShown> all;
  for (const Bridge* bridge : bridges) {
    const auto its = bridge->mutes();
    if (!its) return its;
    for (const auto& mute : *its) {
      const auto same = std::ranges::find(all, mute.what, &delivery::MuteShown::what);
      if (same == all.end()) {
        all.push_back(mute);
      } else {
        same->counted += mute.counted;
        same->until = std::max(same->until, mute.until);
      }
    }
  }
  return all;
}

}  // namespace picket::bridge
