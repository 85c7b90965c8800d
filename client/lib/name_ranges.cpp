#include "client/lib/name_ranges.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace picket::client {
namespace {

struct Number {
  uint32_t value;
  std::size_t digits;
};

std::optional<Number> parse_number(std::string_view text) {
  Number number{0, text.size()};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number.value);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::string padded(uint32_t value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

using Names = std::vector<std::string>;

Error too_many(std::size_t names_max) {
  return {"more than " + std::to_string(names_max) + " names"};
}

Error unreadable(std::string_view braces) {
  return {"can't read {" + std::string(braces) + "}: write {1..50}, {01..50} or {a,b}"};
}

Result<Names> expand_range(std::string_view first_text, std::string_view last_text,
                           std::string_view braces, std::size_t names_max) {
  const auto first = parse_number(first_text);
  const auto last = parse_number(last_text);
  if (!first || !last || first->value > last->value) return unreadable(braces);
  if (last->value - first->value >= names_max) return too_many(names_max);
  const std::size_t width = first_text.starts_with('0') ? first->digits : 1;
  Names items;
  for (uint32_t i = 0; i <= last->value - first->value; ++i) {
    items.push_back(padded(first->value + i, width));
  }
  return items;
}

Result<Names> expand_list(std::string_view braces) {
  Names items;
  for (std::string_view rest = braces;;) {
    const std::size_t comma = rest.find(',');
    items.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (items.size() < 2) return unreadable(braces);
  return items;
}

// What stands between one pair of braces.
Result<Names> expand_braces(std::string_view braces, std::size_t names_max) {
  const std::size_t dots = braces.find("..");
  if (dots == std::string_view::npos) return expand_list(braces);
  return expand_range(braces.substr(0, dots), braces.substr(dots + 2), braces, names_max);
}

Names combined(const Names& heads, const Names& tails) {
  Names result;
  result.reserve(heads.size() * tails.size());
  for (const std::string& head : heads) {
    for (const std::string& tail : tails) result.push_back(head + tail);
  }
  return result;
}

}  // namespace

Result<Names> expand_name_ranges(std::string_view text, std::size_t names_max) {
  Names names = {""};
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::string_view plain = text.substr(0, open);
    if (plain.find('}') != std::string_view::npos) return Error{"a } without a { before it"};
    names = combined(names, {std::string(plain)});
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return Error{"a { without a } after it"};
    const auto items = expand_braces(text.substr(open + 1, close - open - 1), names_max);
    if (!items) return Error{items.error()};
    if (items->size() > names_max / names.size()) return too_many(names_max);
    names = combined(names, *items);
    text.remove_prefix(close + 1);
  }
  if (names.size() > names_max) return too_many(names_max);
  return names;
}

}  // namespace picket::client
