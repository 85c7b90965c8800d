#include "integrations/telegram/bot/core/edits.h"

#include <algorithm>
#include <utility>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {

Edits::Edits(Chats& chats, const Clock& clock, Deadlines& deadlines, Observer& observer,
             Backoff::Random random)
    : chats_(chats),
      clock_(clock),
      deadlines_(deadlines),
      observer_(observer),
      random_(std::move(random)) {}

Edits::~Edits() {
  for (const auto& [key, edited] : edited_)
    if (edited.turn) deadlines_.cancel(*edited.turn);
}

void Edits::show(std::int64_t chat_id, std::int64_t message_id, Render render) {
  want({chat_id, message_id}, std::move(render), kSayFor);
}

void Edits::show_last(std::int64_t chat_id, std::int64_t message_id, Render render,
                      std::function<void()> told) {
  want({chat_id, message_id}, std::move(render), kTellEndFor).told = std::move(told);
}

Edits::Edited& Edits::want(const Key& key, Render render, Nanoseconds within) {
  auto [place, is_new] = edited_.try_emplace(key, Edited{.wanted = {},
                                                         .told = {},
                                                         .give_up_at = {},
                                                         .next_at = clock_.steady(),
                                                         .turn = {},
                                                         .backoff = Backoff(random_)});
  Edited& edited = place->second;
  edited.wanted = std::move(render);
  edited.give_up_at = clock_.steady() + within;
  if (!edited.on_its_way) plan(key, edited);
  return edited;
}

void Edits::plan(const Key& key, Edited& edited) {
  if (edited.turn) return;
  edited.turn = deadlines_.at(std::max(edited.next_at, clock_.steady()), [this, key] {
    edited_.at(key).turn.reset();
    on_turn(key);
  });
}

// It is remembered until its next turn, so that its pace is kept.
void Edits::on_turn(const Key& key) {
  Edited& edited = edited_.at(key);
  if (!edited.wanted) {
    edited_.erase(key);
    return;
  }
  const Shown shown = std::exchange(edited.wanted, {})();
  edited.on_its_way = true;
  chats_.edit(key.first, key.second, shown.html, shown.keyboard,
              [this, key, shown](const Said& said) { on_edited(key, shown, said); });
}

void Edits::on_edited(const Key& key, const Shown& shown, const Said& said) {
  Edited& edited = edited_.at(key);
  const SteadyTime now = clock_.steady();
  edited.on_its_way = false;
  edited.next_at = now + kEditEvery;
  if (said.kind == Said::Kind::kLater && now < edited.give_up_at) {
    const auto pause =
        said.retry_after > Milliseconds(0) ? said.retry_after : edited.backoff.next();
    edited.next_at = now + std::max<Milliseconds>(pause, kEditEvery);
    if (!edited.wanted) edited.wanted = [shown] { return shown; };
  } else {
    edited.backoff.reset();
    if (said.kind != Said::Kind::kDone) observer_.on_unsaid(key.first, said.why);
  }
  plan(key, edited);
  if (!edited.wanted && edited.told) std::exchange(edited.told, {})();
}

}  // namespace picket::telegram::bot
