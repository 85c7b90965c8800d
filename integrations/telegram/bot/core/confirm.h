// Asks back before something is done, with buttons; the message that asked then shows what became
// of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "integrations/telegram/bot/core/desk.h"

namespace picket::telegram::bot {

struct Question {
  Line line;                    // what would be done
  std::vector<Line> more = {};  // beneath it
  std::string yes;              // on the button
  std::function<void(std::int64_t message_id)> on_yes;
};

void confirm(Desk& desk, const Ask& ask, Question question);

}  // namespace picket::telegram::bot
