#include "integrations/discord/markdown_text.h"

#include "common/unicode.h"

namespace picket::discord {
namespace {

// Each may begin or end something wherever it stands: emphasis, code, spoilers, links, mentions,
// emoji, times, headings; ":" is that of "https://" and of ":smile:".
constexpr std::string_view kAnywhere = "\\`*_~|<>[]@#:";
// These only as what a line begins with, a list's signs and "-#".
constexpr std::string_view kAtStart = "-+";
// Behind a number that a line begins with, and before a blank: the list of "1. " or "1) ".
constexpr std::string_view kAfterNumber = ".)";

/// What the line has had so far.
enum class Before { kBlanks, kNumber, kText };

Before after(Before before, char c) {
  if (before == Before::kBlanks && c == ' ') return Before::kBlanks;
  const bool is_digit = c >= '0' && c <= '9';
  return before != Before::kText && is_digit ? Before::kNumber : Before::kText;
}

/// Of the first of `rest`.
bool needs_escape(std::string_view rest, Before before) {
  const char c = rest.front();
  return kAnywhere.find(c) != std::string_view::npos ||
         (before == Before::kBlanks && kAtStart.find(c) != std::string_view::npos) ||
         (before == Before::kNumber && kAfterNumber.find(c) != std::string_view::npos &&
          rest.substr(1).starts_with(' '));
}

std::string visible_space(char32_t code_point) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = code_point < 0x80 ? "\\x" : "\\u";
  for (int shift = code_point < 0x80 ? 4 : 12; shift >= 0; shift -= 4) {
    text += kDigits[(code_point >> shift) & 0xfU];
  }
  return text;
}

std::string_view leading_spaces(std::string_view text) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const unicode::Symbol symbol = unicode::first_symbol(text.substr(bytes));
    if (!unicode::is_space(symbol.code_point)) break;
    bytes += symbol.bytes;
  }
  return text.substr(0, bytes);
}

std::string_view without_trailing_spaces(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const unicode::Symbol symbol = unicode::first_symbol(text.substr(at));
    at += symbol.bytes;
    if (!unicode::is_space(symbol.code_point)) end = at;
  }
  return text.substr(0, end);
}

std::string visible_spaces(std::string_view spaces) {
  std::string visible;
  while (!spaces.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(spaces);
    visible += visible_space(symbol.code_point);
    spaces.remove_prefix(symbol.bytes);
  }
  return visible;
}

}  // namespace

std::string keep_ends(std::string_view visible) {
  const std::string_view leading = leading_spaces(visible);
  visible.remove_prefix(leading.size());
  const std::string_view middle = without_trailing_spaces(visible);
  return visible_spaces(leading) + std::string(middle) +
         visible_spaces(visible.substr(middle.size()));
}

std::string to_markdown(std::string_view visible, std::size_t units_max) {
  std::string markdown;
  std::size_t units = 0;
  std::size_t bytes_with_room = 0;  // of `markdown`, where "…" still fits behind
  Before before = Before::kBlanks;
  while (!visible.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(visible);
    const char first = visible.front();
    if (units + 1 <= units_max) bytes_with_room = markdown.size();
    if (needs_escape(visible, before)) {
      markdown += '\\';
      ++units;
    }
    markdown += visible.substr(0, symbol.bytes);
    units += symbol.code_point > 0xffff ? 2 : 1;
    if (units > units_max) return markdown.substr(0, bytes_with_room) + "…";
    before = after(before, first);
    visible.remove_prefix(symbol.bytes);
  }
  return markdown;
}

}  // namespace picket::discord
