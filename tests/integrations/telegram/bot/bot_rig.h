// A bot with chats and a hub that a test plays, and a clock that it moves.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integrations/telegram/bot/core/bot.h"
#include "tests/support/virtual_clock.h"

namespace picket::telegram::bot::test {

inline constexpr std::int64_t kAlice = 7;  // may run
inline constexpr std::int64_t kOscar = 8;  // may look
inline constexpr std::int64_t kStranger = 9;
inline constexpr std::int64_t kGroup = -5;

struct Sent {
  std::int64_t chat_id = 0;
  std::int64_t message_id = 0;
  std::int64_t reply_to = 0;
  bool is_edit = false;
  std::string html;
  Keyboard keyboard;
  std::string file_name;
  std::string file;
};

struct Asked {
  v1::ClientToHub request;
  client::Reply reply;
};

class Rig : public Chats, public Hub, public Notices, public RunStore, public Observer {
 public:
  void send(const Note& note, Done done) override {
    ++calls;
    offered = note.keyboard;
    waiting.emplace_back([this, note, done = std::move(done)] {
      const Said said = verdict();
      if (said.kind == Said::Kind::kDone)
        sent.push_back({note.to.chat_id, said.message_id, note.to.reply_to, false, note.html,
                        note.keyboard, note.file_name, note.file});
      done(said);
    });
  }
  void edit(std::int64_t chat_id, std::int64_t message_id, const std::string& html,
            const Keyboard& keyboard, Done done) override {
    ++calls;
    waiting.emplace_back([this, chat_id, message_id, html, keyboard, done = std::move(done)] {
      const Said said = verdict();
      if (said.kind == Said::Kind::kDone)
        sent.push_back({chat_id, message_id, 0, true, html, keyboard, {}, {}});
      done(said);
    });
  }
  void answer_press(const std::string& /*query_id*/, const std::string& text) override {
    answers.push_back(text);
  }
  void ask(v1::ClientToHub request, client::Reply reply) override {
    asked.push_back({std::move(request), std::move(reply)});
  }
  Status mute(std::int64_t chat_id, const delivery::MuteOrder& order,
              std::function<void(const Status& saved)> saved) override {
    muted.emplace_back(chat_id, order);
    if (!mute_error.empty()) return Error{mute_error};
    saves.push_back(std::move(saved));
    return {};
  }
  Result<std::vector<delivery::MuteShown>> mutes(std::int64_t /*chat_id*/) override {
    if (!mute_error.empty()) return Error{mute_error};
    return in_force;
  }
  void on_order(const OrderTold& order) override {
    told.push_back(std::to_string(order.user.id) + " " + order.user.username + " in " +
                   std::to_string(order.chat_id) + ": " + order.what + ": " + order.outcome +
                   (order.why.empty() ? "" : ": " + order.why));
  }
  void on_stranger(const User& user, std::int64_t /*chat_id*/, std::size_t left_out) override {
    strangers.emplace_back(user.id, left_out);
  }
  void save(const v1::BotRuns& runs, std::function<void(const Status& saved)> done) override {
    waiting.emplace_back([this, runs, done = std::move(done)] {
      if (disk_full) return done(Error{"no space left"});
      kept = runs;
      done({});
    });
  }
  void on_unsaid(std::int64_t /*chat_id*/, const std::string& why) override {
    unsaid.push_back(why);
  }
  void on_runs_not_saved(const std::string& why) override { not_saved.push_back(why); }

  void write(std::int64_t from, const std::string& text, std::int64_t chat = 0,
             Nanoseconds age = {}) {
    ChatMessage message;
    message.id = ++last_message;
    message.chat = {chat == 0 ? from : chat, chat < 0 ? "group" : "private", {}};
    message.from = User{from, false, "User", "user"};
    message.at = clock.wall() - age;
    message.text = text;
    bot->on_update({++last_update, message, {}});
    settle();
  }
  void press(std::int64_t from, const std::string& data) {
    bot->on_update(
        {++last_update, {}, CallbackQuery{"query", {from, false, "User", {}}, {}, data}});
    settle();
  }
  void settle() {
    for (;;) {
      deadlines.run_due(clock.steady());
      if (waiting.empty()) return;
      auto next = std::move(waiting.front());
      waiting.pop_front();
      next();
    }
  }
  void advance(Nanoseconds by) {
    const SteadyTime end = clock.steady() + by;
    settle();
    for (auto next = deadlines.next(); next && *next <= end; next = deadlines.next()) {
      clock.advance_to(*next);
      settle();
    }
    clock.advance_to(end);
    settle();
  }
  /// What the hub answers to the last that was asked.
  void tell(const v1::HubToClient& item) { asked.back().reply.on_item(item); }
  void end() {
    asked.back().reply.on_end();
    settle();
  }
  std::string last() const { return sent.empty() ? "" : sent.back().html; }

  picket::test::VirtualClock clock;
  Deadlines deadlines;
  std::deque<std::function<void()>> waiting;
  std::deque<Said> verdicts;  // of the calls to come; then all are done
  std::vector<Sent> sent;
  std::size_t calls = 0;
  Keyboard offered;  // with what was sent last, whether it is there yet or not
  std::vector<std::string> answers;
  std::vector<Asked> asked;
  std::vector<std::pair<std::int64_t, std::size_t>> strangers;
  std::vector<std::string> unsaid;
  std::vector<std::string> told;  // what became of orders
  std::vector<std::pair<std::int64_t, delivery::MuteOrder>> muted;
  std::vector<std::function<void(const Status& saved)>> saves;  // that wait for the disk
  std::vector<delivery::MuteShown> in_force;
  std::string mute_error;
  v1::BotRuns kept;  // on the disk
  bool disk_full = false;
  std::vector<std::string> not_saved;
  std::int64_t last_message = 100;
  std::int64_t last_update = 0;
  uint64_t last_random = 0;
  std::optional<Bot> bot;

  Rig() { start(); }
  /// As if it had been killed before.
  void start() {
    bot.reset();
    waiting.clear();
    asked.clear();
    bot.emplace(BotParts{clock, deadlines, *this, *this, *this, *this, *this,
                         [this] { return ++last_random; }},
                Settings{.users = {{kAlice, Role::kRun}, {kOscar, Role::kObserve}},
                         .commands = {"uptime", "restart-*"}});
    bot->restore(kept);
    settle();
  }

 private:
  Said verdict() {
    Said said;
    if (!verdicts.empty()) {
      said = verdicts.front();
      verdicts.pop_front();
    }
    said.message_id = ++last_message;
    return said;
  }
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace picket::telegram::bot::test
