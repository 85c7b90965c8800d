// What the bot's verbs work with, and what they are told of an order.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "integrations/telegram/bot/core/confirmations.h"
#include "integrations/telegram/bot/core/edits.h"
#include "integrations/telegram/bot/core/ports.h"
#include "integrations/telegram/bot/core/questions.h"
#include "integrations/telegram/bot/core/runs.h"
#include "integrations/telegram/bot/core/settings.h"
#include "integrations/telegram/bot/core/speaker.h"

namespace picket::telegram::bot {

struct Ask {
  User user;
  Spot spot;  // where the answer belongs
  std::vector<std::string> words;
  std::string what;  // for the log
};

struct Desk {
  const Clock& clock;
  const Settings& settings;
  Questions& questions;
  Speaker& speaker;
  Edits& edits;
  Confirmations& confirmations;
  Runs& runs;
  Notices& notices;
  Observer& observer;
};

// What became of an order is told to the observer, once: by one of these, or by whoever confirms
// it.

void tell(Desk& desk, const Ask& ask, const std::string& outcome, const std::string& why = {});
/// It was done, and these are its answer.
void answer(Desk& desk, const Ask& ask, const std::vector<Line>& lines);
/// It is not done, and the answer says why.
void refuse(Desk& desk, const Ask& ask, const Line& line);
/// The hub could not be asked, or has refused.
void say_failure(Desk& desk, const Ask& ask, const client::Failure& failure);

}  // namespace picket::telegram::bot
