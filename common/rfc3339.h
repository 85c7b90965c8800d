// Instants as RFC 3339 text: in logs, in JSON, wherever programs read them. Written in UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"

namespace picket {

/// "2026-05-04T03:02:01.123Z", cut to `fraction_digits` (0 to 9) after the second.
std::string to_rfc3339(WallTime time, int fraction_digits);

/// All of "2026-05-04T03:02:01[.123]Z", or with an offset: "+02:00". Digits beyond nanoseconds are
/// dropped.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace picket
