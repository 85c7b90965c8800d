// Instants as RFC 3339 text in UTC: in logs, in JSON, wherever programs read them.
#pragma once

#include <string>

#include "common/clock.h"

namespace picket {

/// "2026-05-04T03:02:01.123Z", cut to `fraction_digits` (0 to 9) after the second.
std::string to_rfc3339(WallTime time, int fraction_digits);

}  // namespace picket
