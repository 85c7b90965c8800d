// The runs that the bot has begun and not yet told the end of: each is one message, which shows how
// it goes, on one node or on thousands. What the hub knows of them is taken up again when the hub
// or this program was away; what had not begun by then is not run any more.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/backoff.h"
#include "common/deadlines.h"
#include "integrations/telegram/bot/core/confirmations.h"
#include "integrations/telegram/bot/core/edits.h"
#include "integrations/telegram/bot/core/progress.h"
#include "integrations/telegram/bot/core/questions.h"
#include "integrations/telegram/bot/core/run_keeper.h"
#include "integrations/telegram/bot/core/speaker.h"
#include "picket/v1/client_link.pb.h"

namespace picket::telegram::bot {

struct RunOrder {
  std::int64_t user_id = 0;
  std::int64_t chat_id = 0;
  std::int64_t message_id = 0;     // that shows it
  v1::Run run;                     // but for the node
  std::vector<std::string> nodes;  // at least one, each once
};

class Runs {
 public:
  struct Parts {
    const Clock& clock;
    Deadlines& deadlines;
    Hub& hub;
    Questions& questions;
    Edits& edits;
    Speaker& speaker;
    Confirmations& confirmations;
    RunStore& store;
    Observer& observer;
    Backoff::Random random;
  };
  explicit Runs(Parts parts);
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;
  ~Runs();

  /// Why no more may be begun for that user now; empty: it may.
  std::string why_not(std::int64_t user_id) const;
  /// When why_not() was empty. It is begun once it is kept, or can't be.
  void start(RunOrder order);
  /// What an earlier run of this program kept; first.
  void restore(const v1::BotRuns& kept);
  /// The hub goes, and that is nobody's loss.
  void stop() { stopping_ = true; }
  std::size_t size() const { return running_.size(); }

 private:
  struct Running {
    RunOrder order;
    Progress progress;
    std::string on_behalf_of;
    bool may_begin = false;
    bool asked_to_end = false;
    std::string cancel_token = {};  // empty: no button
  };

  // runs.cpp: what is asked of the hub, and its answers
  std::uint64_t add(RunOrder order);
  void begin_more();
  void begin_more(std::uint64_t key);
  bool may_follow(const Running& running) const;
  void follow(std::uint64_t key, Running& running, std::size_t index);
  void on_item(std::uint64_t key, std::size_t index, const v1::HubToClient& item);
  void on_execution(std::uint64_t key, std::size_t index, const v1::Execution& execution);
  void on_failure(std::uint64_t key, std::size_t index, const client::Failure& failure);
  void on_over(std::uint64_t key, std::size_t index, NodeState state, const std::string& words);
  void on_changed(std::uint64_t key);
  void cancel(std::uint64_t key);
  void cancel(std::uint64_t key, std::size_t index);

  // runs_shown.cpp: its message
  void show(std::uint64_t key);
  Shown shown(std::uint64_t key) const;
  void tell_end(std::uint64_t key);
  void offer_cancel(std::uint64_t key);
  void on_end_it(std::uint64_t key);
  void say_not_kept(const Running& running, const std::string& why);

  // runs_kept.cpp: from one run of this program to the next, and from one hub to the next
  static v1::BotRun to_record(const Running& running);
  v1::BotRuns to_keep() const;
  void seek_soon();
  void seek();
  void on_listed(const v1::Execution& execution);
  void on_all_listed();
  void on_not_listed(const client::Failure& failure);
  void on_all_changed();

  Parts parts_;
  RunKeeper keeper_;
  Backoff backoff_;
  std::map<std::uint64_t, Running> running_;
  std::map<std::uint64_t, v1::BotRun> untold_;  // that are over
  std::uint64_t last_key_ = 0;
  std::optional<Deadlines::Id> seek_;
  bool seeking_ = false;
  bool said_not_kept_ = false;
  bool stopping_ = false;
};

}  // namespace picket::telegram::bot
