#include "common/text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/unicode.h"

namespace picket {
namespace {

std::string hex(char32_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    text += kDigits[(value >> shift) & 0xfU];
  return text;
}

std::string visible_escape(const unicode::Symbol& symbol) {
  switch (symbol.code_point) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  if (!symbol.valid || symbol.code_point < 0x80) return "\\x" + hex(symbol.code_point, 2);
  if (symbol.code_point < 0x10000) return "\\u" + hex(symbol.code_point, 4);
  return "\\U" + hex(symbol.code_point, 8);
}

bool needs_escape(const unicode::Symbol& symbol, bool at_start) {
  return !symbol.valid || unicode::is_hidden(symbol.code_point) ||
         (at_start && unicode::is_combining(symbol.code_point));
}

bool is_plain_word(std::string_view text) {
  const auto needs_quotes = [](char c) { return c == ' ' || c == '=' || c == '"' || c == '\\'; };
  return !text.empty() && std::ranges::none_of(text, needs_quotes);
}

// Bytes at the start of `text` that `?` stands for: one character, or one byte that isn't part of
// one.
std::size_t one_character(std::string_view text) {
  return text.empty() ? 0 : unicode::first_symbol(text).bytes;
}

// Characters to insert, remove, replace or swap with their neighbour.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> distance(from.size() + 1,
                                                 std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      auto& here = distance[i][j];
      here = i + j;  // all removed, all inserted
      if (i == 0 || j == 0) continue;
      const std::size_t replaced = distance[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      here = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) here = std::min(here, distance[i - 2][j - 2] + 1);
    }
  }
  return distance[from.size()][to.size()];
}

}  // namespace

std::string escape_for_terminal(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(text);
    if (needs_escape(symbol, escaped.empty())) {
      escaped += visible_escape(symbol);
    } else {
      escaped += text.substr(0, symbol.bytes);
    }
    text.remove_prefix(symbol.bytes);
  }
  return escaped;
}

std::string escape_for_log(std::string_view value) {
  std::string line = escape_for_terminal(value);
  if (line == value && is_plain_word(value)) return line;
  std::string quoted = "\"";
  while (!value.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(value);
    const std::string_view character = value.substr(0, symbol.bytes);
    if (character == "\"" || character == "\\") {
      quoted += '\\';
      quoted += character;
    } else if (needs_escape(symbol, quoted.size() == 1)) {
      quoted += visible_escape(symbol);
    } else {
      quoted += character;
    }
    value.remove_prefix(symbol.bytes);
  }
  return quoted + '"';
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(text);
    width += unicode::columns(symbol.code_point);
    text.remove_prefix(symbol.bytes);
  }
  return width;
}

std::string truncate_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const unicode::Symbol symbol = unicode::first_symbol(text.substr(bytes));
    used += unicode::columns(symbol.code_point);
    if (used > width - 1) break;
    bytes += symbol.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  // After a mismatch only the latest `*` takes one byte more: linear in the product, never
  // exponential.
  std::optional<std::string_view> pattern_after_star;
  std::string_view text_at_star;
  while (!text.empty() || !pattern.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      pattern_after_star = pattern;
      text_at_star = text;
      continue;
    }
    if (!pattern.empty() && !text.empty() &&
        (pattern.front() == '?' || pattern.front() == text.front())) {
      text.remove_prefix(pattern.front() == '?' ? one_character(text) : 1);
      pattern.remove_prefix(1);
      continue;
    }
    if (!pattern_after_star || text_at_star.empty()) return false;
    text_at_star.remove_prefix(1);
    pattern = *pattern_after_star;
    text = text_at_star;
  }
  return true;
}

bool is_glob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

std::optional<std::string_view> closest_word(std::string_view word,
                                             std::span<const std::string_view> candidates) {
  constexpr std::size_t kWordBytesMax =
      64;  // what nobody mistyped isn't worth the quadratic comparison
  if (word.size() > kWordBytesMax) return std::nullopt;
  std::optional<std::string_view> closest;
  std::size_t allowed = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= allowed || distance >= candidate.size()) continue;
    allowed = distance;
    closest = candidate;
  }
  return closest;
}

}  // namespace picket
