#include "integrations/telegram/bot/core/settings.h"

#include <algorithm>

#include "common/text.h"

namespace picket::telegram::bot {

bool Settings::may_run(std::string_view label) const {
  return std::ranges::any_of(commands,
                             [&](const std::string& glob) { return glob_matches(glob, label); });
}

}  // namespace picket::telegram::bot
