#include "common/command_label.h"

#include <algorithm>

#include "common/limits.h"

namespace picket {
namespace {

// Not isalnum(3): that depends on the locale.
bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_command_label(std::string_view text) {
  return !text.empty() && text.size() <= limits::kCommandNameBytesMax &&
         is_letter_or_digit(text.front()) && std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
         });
}

}  // namespace picket
