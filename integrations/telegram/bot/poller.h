// Asks Telegram for what people write and press, for ever. What was handed on is told as seen with
// the next question, so what a killed program had not handed on comes again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/deadlines.h"
#include "integrations/telegram/api.h"

namespace picket::telegram::bot {

class Poller {
 public:
  struct Events {
    std::function<void(const std::string& user_name)> on_name;  // of the bot, before any update
    std::function<void(const Update& update)> on_update;
  };

  /// `menu`: what is shown to whoever types "/".
  Poller(Api& api, const Clock& clock, Deadlines& deadlines, Backoff::Random random,
         std::vector<Command> menu, Events events);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller();

  void start() { ask(); }
  void stop();
  /// "listening", or why not
  std::string status() const;

 private:
  enum class Step { kName, kMenu, kUpdates };

  void ask();
  void on_name(const Answer<User>& me);
  void on_menu(const Answer<bool>& taken);
  void on_updates(const Answer<std::vector<Update>>& updates);
  void on_well();
  void on_failure(const Failure& failure);

  Api& api_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Backoff backoff_;
  std::vector<Command> menu_;
  Events events_;
  Step step_ = Step::kName;
  std::int64_t offset_ = 0;
  std::vector<std::int64_t> last_ids_;  // of the last answer
  SteadyTime asked_at_;
  std::optional<Api::Id> under_way_;
  std::optional<Deadlines::Id> again_;
  std::string trouble_;  // empty: the last answer was one
  bool stopped_ = false;
};

}  // namespace picket::telegram::bot
