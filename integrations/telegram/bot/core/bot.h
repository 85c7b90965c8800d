// The bot: updates in, answers out. Decides whom it listens to, what is too old, and what may be
// done; the verbs do it. Never waits: an answer comes when the hub has it.
#pragma once

#include <string>

#include "common/per_minute.h"
#include "integrations/telegram/bot/core/desk.h"
#include "integrations/telegram/bot/core/order.h"
#include "integrations/telegram/bot/core/verbs.h"

namespace picket::telegram::bot {

struct BotParts {
  const Clock& clock;
  Deadlines& deadlines;
  Hub& hub;
  Chats& chats;
  Notices& notices;
  RunStore& store;
  Observer& observer;
  Backoff::Random random;
};

class Bot {
 public:
  Bot(BotParts parts, Settings settings);
  Bot(const Bot&) = delete;
  Bot& operator=(const Bot&) = delete;

  /// What an earlier run of this program kept; first.
  void restore(const v1::BotRuns& runs) { runs_.restore(runs); }
  /// The hub's connection is about to be closed.
  void stop() { runs_.stop(); }
  /// By which it is addressed in groups; before it is known, nobody is heard there.
  void set_name(std::string name) { name_ = std::move(name); }
  void on_update(const Update& update);

 private:
  void on_message(const ChatMessage& message);
  void on_press(const CallbackQuery& press);
  void obey(const ChatMessage& message, const Order& order);
  bool is_for_us(const Chat& chat, const Order& order) const;
  /// Nobody is told that there is somebody who doesn't answer.
  bool knows(const User& user, std::int64_t chat_id);

  BotParts parts_;
  Settings settings_;
  Questions questions_;
  Speaker speaker_;
  Edits edits_;
  Confirmations confirmations_;
  Runs runs_;
  Desk desk_;
  std::string name_;
  PerMinute strangers_;
};

/// What Telegram's clients show when somebody types "/".
std::vector<Command> menu();

}  // namespace picket::telegram::bot
