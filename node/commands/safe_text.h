// What no text may hold that goes to a command, whatever it is for. Pure.
#pragma once

#include <string_view>

#include "common/result.h"

namespace picket::node {

/// Refuses bytes that aren't UTF-8 and what can't be seen: NUL, newlines, all other control
/// characters (C0, DEL, C1), line separators, and what turns or hides its neighbours (bidi,
/// zero-width). Whoever reads the request in an audit file sees all of it.
Status check_safe_text(std::string_view text);

}  // namespace picket::node
