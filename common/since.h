// "--since" as people write it: how long ago, or a day or an instant.
#pragma once

#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace picket {

/// "30m", "2d" before `now`; "today", "yesterday", "2026-11-20", "2026-11-20 10:00[:30]" in the
/// local zone (TZ); RFC 3339.
Result<WallTime> parse_since(std::string_view text, WallTime now);

}  // namespace picket
