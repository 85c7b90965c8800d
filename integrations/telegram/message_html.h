// A message of the delivery as one of Telegram's. A phone shows two lines of it before it is
// opened, so each paragraph begins with what matters: how much, where, who and from where; when
// comes last, since the phone says that as well.
#pragma once

#include <string>

#include "common/clock.h"
#include "integrations/delivery/message.h"

namespace picket::telegram {

/// HTML of at most kTextUnitsMax, whatever the message has. `now` says which times need their date.
std::string to_html(const delivery::Message& message, WallTime now);

}  // namespace picket::telegram
