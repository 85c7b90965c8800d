#include "node/commands/argument_template.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace picket::node {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_parameter_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::kCommandNameBytesMax && is_lower(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; });
}

Result<ArgumentTemplate> ArgumentTemplate::parse(std::string_view text) {
  ArgumentTemplate result;
  result.text_ = text;
  std::string literal;
  while (!text.empty()) {
    const char c = text.front();
    const bool doubled = text.size() > 1 && text[1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      text.remove_prefix(2);
    } else if (c == '{') {
      const std::size_t end = text.find('}');
      const std::string_view name = text.substr(1, end == std::string_view::npos ? end : end - 1);
      if (end == std::string_view::npos || !is_parameter_name(name))
        return Error{"expected {parameter}, or {{ for a brace, in \"" + result.text_ + '"'};
      result.pieces_.push_back({std::exchange(literal, {}), false});
      result.pieces_.push_back({std::string(name), true});
      text.remove_prefix(end + 1);
    } else if (c == '}') {
      return Error{"expected }} for a brace, in \"" + result.text_ + '"'};
    } else {
      literal += c;
      text.remove_prefix(1);
    }
  }
  result.pieces_.push_back({std::move(literal), false});
  return result;
}

std::string ArgumentTemplate::expand(const ParameterValues& values) const {
  std::string element;
  for (const Piece& piece : pieces_)
    element += piece.is_parameter ? values.find(piece.text)->second : piece.text;
  return element;
}

std::vector<std::string> ArgumentTemplate::names() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_)
    if (piece.is_parameter) names.push_back(piece.text);
  return names;
}

}  // namespace picket::node
