// The runs that the bot has begun and not yet seen the end of: each is one message, which shows how
// it goes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "integrations/telegram/bot/core/confirmations.h"
#include "integrations/telegram/bot/core/edits.h"
#include "integrations/telegram/bot/core/kept_output.h"
#include "integrations/telegram/bot/core/pages.h"
#include "integrations/telegram/bot/core/questions.h"
#include "integrations/telegram/bot/core/speaker.h"
#include "picket/v1/client_link.pb.h"

namespace picket::telegram::bot {

struct RunOrder {
  std::int64_t user_id = 0;
  Spot spot;
  std::int64_t message_id = 0;  // that shows it
  v1::Run run;
};

class Runs {
 public:
  struct Parts {
    Hub& hub;
    Questions& questions;
    Edits& edits;
    Speaker& speaker;
    Confirmations& confirmations;
  };
  explicit Runs(Parts parts) : parts_(parts) {}

  /// Why no more may be begun for that user now; empty: it may.
  std::string why_not(std::int64_t user_id) const;
  /// When why_not() was empty.
  void start(RunOrder order);
  std::size_t size() const { return running_.size(); }

 private:
  struct Running {
    RunOrder order;
    std::string id;  // the hub's; empty: not said yet
    std::string state = "asked for";
    KeptOutput output;
    std::string cancel_token;  // empty: no button
    Line result;               // once it is known
  };

  void on_item(std::uint64_t key, const v1::HubToClient& item);
  void on_execution(std::uint64_t key, const v1::Execution& execution);
  void on_output(std::uint64_t key, const v1::ExecutionOutput& output);
  void on_over(std::uint64_t key);
  void show(std::uint64_t key);
  Shown shown(std::uint64_t key) const;
  void offer_cancel(std::uint64_t key);
  void cancel(std::uint64_t key);

  Parts parts_;
  std::map<std::uint64_t, Running> running_;
  std::uint64_t last_key_ = 0;
};

}  // namespace picket::telegram::bot
