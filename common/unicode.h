// Code points of UTF-8 text: reading them, and which of them a screen would not show as they are.
// Tables of Unicode 15, cut down to what a terminal needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace picket::unicode {

/// One code point, or one byte that isn't part of valid UTF-8 (overlong forms and surrogates
/// aren't).
struct Symbol {
  char32_t code_point;  // of an invalid byte: its value
  std::size_t bytes;    // at least 1
  bool valid;
};

/// The first symbol of `text`, which must not be empty.
Symbol first_symbol(std::string_view text);

/// True for what has no picture of its own or changes how its neighbours look: C0, DEL, C1, bidi
/// controls, zero-width characters, fillers, line separators, tags, non-characters.
bool is_hidden(char32_t code_point);

/// True for marks that are drawn over the character before them.
bool is_combining(char32_t code_point);

/// Columns on a terminal: 0 for combining marks, 2 for wide East Asian characters and emoji,
/// else 1.
std::size_t columns(char32_t code_point);

/// What JavaScript and its like count as the length of a valid text.
std::size_t utf16_units(std::string_view valid);
/// The longest beginning of at most `units_max` such units that ends between characters.
std::string_view cut_utf16(std::string_view valid, std::size_t units_max);

/// True for what services cut off a text's ends: blanks of any width, and line breaks.
bool is_space(char32_t code_point);

/// The text with each invalid byte as U+FFFD.
std::string repaired(std::string_view text);
bool is_valid(std::string_view text);

}  // namespace picket::unicode
