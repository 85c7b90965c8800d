// Messages that change: each is edited so often and no oftener, and shows what was last wanted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/backoff.h"
#include "common/deadlines.h"
#include "integrations/telegram/bot/core/ports.h"

namespace picket::telegram::bot {

struct Shown {
  std::string html;
  Keyboard keyboard;
};

class Edits {
 public:
  using Render = std::function<Shown()>;

  Edits(Chats& chats, const Clock& clock, Deadlines& deadlines, Observer& observer,
        Backoff::Random random);
  Edits(const Edits&) = delete;
  Edits& operator=(const Edits&) = delete;
  ~Edits();

  /// Instead of what was wanted of that message before, if that isn't there yet. `render` is asked
  /// once its turn has come. Where a message can't be edited, because somebody deleted it, nothing
  /// more is shown before the last.
  void show(std::int64_t chat_id, std::int64_t message_id, Render render);
  /// The same for what is shown last: it is tried for long, as a new message if it has to be, and
  /// `told` is called once it is there, or never will be.
  void show_last(std::int64_t chat_id, std::int64_t message_id, Render render,
                 std::function<void()> told);
  /// How many messages are looked after.
  std::size_t size() const { return edited_.size(); }

 private:
  using Key = std::pair<std::int64_t, std::int64_t>;  // chat, message
  struct Edited {
    Render wanted;               // null: nothing
    std::function<void()> told;  // null: what is wanted isn't the last
    SteadyTime give_up_at;
    SteadyTime next_at;
    bool on_its_way = false;
    bool is_gone = false;    // the message
    bool has_place = false;  // at next_at, among those of its chat
    std::optional<Deadlines::Id> turn;
    Backoff backoff;
  };

  Edited& want(const Key& key, Render render, Nanoseconds within);
  void plan(const Key& key, Edited& edited);
  void on_turn(const Key& key);
  void on_edited(const Key& key, const Shown& shown, const Said& said);
  bool is_chats_turn(const Key& key, Edited& edited);
  void forget(const Key& key);
  void ignore(const Key& key, Edited& edited);
  void send_anew(const Key& key, const Shown& shown);

  Chats& chats_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Observer& observer_;
  Backoff::Random random_;
  std::map<Key, Edited> edited_;
  std::map<std::int64_t, SteadyTime> next_in_chat_;  // of those that have any
};

}  // namespace picket::telegram::bot
