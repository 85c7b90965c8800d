// Outside text made safe for a medium, fitted to a width, or compared with patterns and known
// words. Outside text stays as it came until it reaches a sink; each sink calls its escape here,
// exactly once.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace picket {

/// One line that a terminal shows as it is: control characters, bidi and zero-width characters, and
/// bytes that aren't UTF-8 become visible escapes (`\n`, `\x1b`, `\u202e`), a mark that would be
/// drawn over what stands before the text as well. All else is unchanged, so a backslash stays one.
std::string escape_for_terminal(std::string_view text);

/// The value of a `key=value` pair on a line of a log: escaped as for a terminal, and in quotes
/// (with \" and
/// \\ inside) unless it is one plain word.
std::string escape_for_log(std::string_view value);

/// Columns that `text`, which has been escaped, takes on a terminal.
std::size_t display_width(std::string_view text);

/// `text`, which has been escaped, in at most `width` columns; ends in "…" if that cut something
/// off.
std::string truncate_to_width(std::string_view text, std::size_t width);

/// True if all of `text` matches: `*` stands for any bytes, `?` for one character, everything else
/// for itself.
bool glob_matches(std::string_view pattern, std::string_view text);

/// True if `text` has a wildcard of glob_matches().
bool is_glob(std::string_view text);

/// Which of `candidates` was probably meant by `word`; empty if none is near.
std::optional<std::string_view> closest_word(std::string_view word,
                                             std::span<const std::string_view> candidates);

}  // namespace picket
