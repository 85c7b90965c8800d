// Text as Discord's Markdown, shown as exactly that text. The one place that escapes for Discord.
//
// In Discord a backslash before anything but letters, digits and blanks shows what follows as it
// is, also where it could begin a mention, an emoji, a time or a link ("https\://"). That mentions
// reach nobody is not left to this: the request says whom they may reach
// (integrations/discord/message_embeds.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace picket::discord {

/// Where blanks at the ends count, which Discord would cut off: they are shown as other hidden
/// characters are, "\x20". Not Markdown yet.
std::string keep_ends(std::string_view visible);

/// `visible` is text as escape_for_terminal() leaves it, on one line, and begins a line. At most
/// `units_max` UTF-16 code units; ends in "…" if that cut something off.
std::string to_markdown(std::string_view visible, std::size_t units_max);

}  // namespace picket::discord
