// What the bot stands on, as it sees it: chats, the hub, and whoever logs. A test plays all of
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "client/lib/hub_session.h"
#include "common/clock.h"
#include "common/result.h"
#include "integrations/delivery/mutes.h"
#include "integrations/telegram/objects.h"
#include "picket/v1/bot_state.pb.h"

namespace picket::telegram::bot {

/// Where something is said.
struct Spot {
  std::int64_t chat_id = 0;
  std::int64_t reply_to = 0;  // a message of that chat; 0: none
};

/// What became of a call.
struct Said {
  enum class Kind { kDone, kLater, kRefused };
  Kind kind = Kind::kDone;
  std::int64_t message_id = 0;  // of what was sent
  Milliseconds retry_after{};   // 0: not said
  std::string why;              // for a person; holds no secret
};

struct Note {
  Spot to;
  std::string html;
  Keyboard keyboard = {};
  std::string file_name = {};  // not empty: a file, with the HTML beneath it
  std::string file = {};
};

/// Each `done` is called once, later, not from within the call; never after the bot's end.
class Chats {
 public:
  using Done = std::function<void(const Said& said)>;

  virtual ~Chats() = default;
  virtual void send(const Note& note, Done done) = 0;
  /// Without a keyboard the buttons go.
  virtual void edit(std::int64_t chat_id, std::int64_t message_id, const std::string& html,
                    const Keyboard& keyboard, Done done) = 0;
  /// To whoever pressed a button, in plain words; empty: only that it was seen.
  virtual void answer_press(const std::string& query_id, const std::string& text) = 0;
};

/// What is told in chats without being asked for.
class Notices {
 public:
  virtual ~Notices() = default;
  /// `saved`: it is on the disk, or why it isn't yet; later, once, but not if the status is an
  /// error, which is a sentence for a person.
  virtual Status mute(std::int64_t chat_id, const delivery::MuteOrder& order,
                      std::function<void(const Status& saved)> saved) = 0;
  virtual Result<std::vector<delivery::MuteShown>> mutes(std::int64_t chat_id) = 0;
};

/// Where it is kept what runs, for when this program is started again.
class RunStore {
 public:
  virtual ~RunStore() = default;
  /// Keeps it so that it survives the machine; `done` is called once, later. One at a time.
  virtual void save(const v1::BotRuns& runs, std::function<void(const Status& saved)> done) = 0;
};

class Hub {
 public:
  virtual ~Hub() = default;
  virtual void ask(v1::ClientToHub request, client::Reply reply) = 0;
};

/// An order of a user, and what became of it.
struct OrderTold {
  const User& user;
  std::int64_t chat_id = 0;
  const std::string& what;  // as order_for_log() has it
  std::string outcome;      // "done", "refused", …
  std::string why = {};     // empty: there is nothing to add
};

/// Texts are outside texts.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Once for each, when that is known.
  virtual void on_order(const OrderTold& order) = 0;
  /// Somebody who isn't among the users wrote or pressed; `left_out`: more of them before, untold.
  virtual void on_stranger(const User& user, std::int64_t chat_id, std::size_t left_out) = 0;
  /// What was to be said in a chat is lost.
  virtual void on_unsaid(std::int64_t chat_id, const std::string& why) = 0;
  /// Told once, until it can be saved again.
  virtual void on_runs_not_saved(const std::string& why) = 0;
};

}  // namespace picket::telegram::bot
