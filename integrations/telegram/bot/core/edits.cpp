#include "integrations/telegram/bot/core/edits.h"

#include <algorithm>
#include <limits>
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
  const Key key{chat_id, message_id};
  Edited& edited = want(key, std::move(render), kTellEndFor);
  edited.told = std::move(told);
  if (!edited.is_gone || !edited.turn) return;
  deadlines_.cancel(*std::exchange(edited.turn, std::nullopt));
  edited.next_at = clock_.steady();
  plan(key, edited);
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

// All of a chat share what it takes, of which notices need a part; each has its place in the row.
bool Edits::is_chats_turn(const Key& key, Edited& edited) {
  if (std::exchange(edited.has_place, false)) return true;
  const SteadyTime now = clock_.steady();
  const SteadyTime place = std::max<SteadyTime>(now, next_in_chat_[key.first]);
  next_in_chat_[key.first] = place + (key.first < 0 ? kEditInGroupEvery : kEditInChatEvery);
  edited.has_place = place > now;
  edited.next_at = place;
  return !edited.has_place;
}

// It is remembered until its next turn, so that its pace is kept.
void Edits::on_turn(const Key& key) {
  Edited& edited = edited_.at(key);
  if (!edited.wanted) return forget(key);
  if (edited.is_gone && !edited.told) return ignore(key, edited);
  if (!is_chats_turn(key, edited)) return plan(key, edited);
  const Shown shown = std::exchange(edited.wanted, {})();
  edited.on_its_way = true;
  if (edited.is_gone) return send_anew(key, shown);
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
    const bool is_refused = said.kind == Said::Kind::kRefused;
    if (is_refused && !std::exchange(edited.is_gone, true) && edited.told && !edited.wanted)
      edited.wanted = [shown] { return shown; };
  }
  plan(key, edited);
  if (!edited.wanted && edited.told) std::exchange(edited.told, {})();
}

// It is remembered as long as somebody wants to edit it.
void Edits::ignore(const Key& key, Edited& edited) {
  edited.wanted = {};
  edited.next_at = clock_.steady() + kSayFor;
  plan(key, edited);
}

void Edits::send_anew(const Key& key, const Shown& shown) {
  Note note;
  note.to.chat_id = key.first;
  note.html = shown.html;
  note.keyboard = shown.keyboard;
  chats_.send(note, [this, key, shown](const Said& said) { on_edited(key, shown, said); });
}

void Edits::forget(const Key& key) {
  edited_.erase(key);
  const auto of_chat = edited_.lower_bound({key.first, std::numeric_limits<std::int64_t>::min()});
  if (of_chat == edited_.end() || of_chat->first.first != key.first) next_in_chat_.erase(key.first);
}

}  // namespace picket::telegram::bot
