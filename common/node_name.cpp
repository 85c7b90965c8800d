#include "common/node_name.h"

#include <algorithm>
#include <string>

#include "common/limits.h"

namespace picket {
namespace {

// Not isalnum(3): that depends on the locale.
bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; }

bool has_only_name_characters(std::string_view name) {
  return std::all_of(name.begin(), name.end(), is_name_character);
}

}  // namespace

bool is_node_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::kNodeNameBytesMax &&
         is_letter_or_digit(name.front()) && has_only_name_characters(name);
}

Status check_node_name(std::string_view name) {
  if (is_node_name(name)) return {};
  if (name.empty()) return Error{"a node's name can't be empty"};
  if (name.size() > limits::kNodeNameBytesMax) {
    return Error{"a node's name has at most " + std::to_string(limits::kNodeNameBytesMax) +
                 " characters; this one has " + std::to_string(name.size())};
  }
  if (!has_only_name_characters(name)) {
    return Error{"a node's name is made of letters (a-z, A-Z), digits, '.', '_' and '-'"};
  }
  return Error{"a node's name begins with a letter or a digit: \"" + std::string(name) +
               "\" does not"};
}

}  // namespace picket
