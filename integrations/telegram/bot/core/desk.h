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
};

/// A failure of the hub's as an answer.
void say_failure(Desk& desk, const Spot& spot, const client::Failure& failure);

}  // namespace picket::telegram::bot
