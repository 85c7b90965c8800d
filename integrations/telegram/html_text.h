// Text as Telegram's HTML (parse_mode HTML), shown as exactly that text. The one place that escapes
// for Telegram.
//
// Beside markup there is what Telegram links by itself: addresses, "@name", "/command", "#tag",
// "$TAG", long numbers, so that a stranger's user name could become a button that an operator
// presses. It never does that within <code>, so words that may become such a thing are put there,
// and nothing is inserted: what is copied out of a chat is what was there. Link previews are
// switched off with each request (integrations/telegram/api.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace picket::telegram {

/// UTF-16 code units of a message, after its markup was taken away.
inline constexpr std::size_t kTextUnitsMax = 4096;
/// Of one message; Telegram drops further ones without a word, and what they kept from being a link
/// would become one.
inline constexpr std::size_t kEntitiesMax = 100;

/// Characters that Telegram drops without a word (three of the combining marks, as TDLib's
/// clean_input_string() has them) made visible as other hidden ones are: `\u030a`. Done by each of
/// the functions below, too; for those who count units before.
std::string keep_visible(std::string_view visible);

/// `visible` is text as escape_for_terminal() leaves it, on one line. At most `code_runs_max`
/// entities.
std::string to_html(std::string_view visible, std::size_t code_runs_max = 8);

/// One word that stands out: bold, or as code if it might become a link otherwise.
std::string to_strong_html(std::string_view visible);

/// Lines, each as escape_for_terminal() leaves it, in letters of one width.
std::string to_block_html(std::string_view visible_lines);

}  // namespace picket::telegram
