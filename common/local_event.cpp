#include "common/local_event.h"

#include <algorithm>

#include "common/limits.h"
#include "common/utf8.h"

namespace picket {
namespace {

constexpr std::size_t kRepairedTimes = 3;  // one invalid byte becomes the three of U+FFFD

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_within(const std::string& text, const std::string& raw, std::size_t bytes_max) {
  return local_bytes(text, raw).size() <= bytes_max && text.size() <= bytes_max * kRepairedTimes;
}

std::optional<std::string> wrong_with_name(const std::string& name) {
  const bool is_name = std::all_of(name.begin(), name.end(),
                                   [](char c) { return is_lower_or_digit(c) || c == '_'; });
  if (!is_name || name.empty()) return "a field's name has letters a to z, digits and _";
  if (name.size() > limits::kLocalFieldNameBytesMax)
    return "a field's name has at most " + std::to_string(limits::kLocalFieldNameBytesMax) +
           " bytes";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> wrong_with_local_kind(std::string_view kind) {
  const bool is_kind = std::all_of(kind.begin(), kind.end(), [](char c) {
    return is_lower_or_digit(c) || c == '_' || c == '.' || c == '-';
  });
  if (!is_kind || kind.empty()) return "a kind has letters a to z, digits, _, . and -";
  if (kind.size() > limits::kLocalKindBytesMax)
    return "a kind has at most " + std::to_string(limits::kLocalKindBytesMax) + " bytes";
  return std::nullopt;
}

std::optional<std::string> wrong_with(const v1::LocalEvent& event) {
  if (!is_within(event.text(), event.text_raw(), limits::kLocalTextBytesMax))
    return "the text has more than " + std::to_string(limits::kLocalTextBytesMax) + " bytes";
  if (event.fields_size() > static_cast<int>(limits::kLocalFieldsMax))
    return "there are more than " + std::to_string(limits::kLocalFieldsMax) + " fields";
  for (const auto& field : event.fields()) {
    if (auto wrong = wrong_with_name(field.name())) return wrong;
    if (!is_within(field.value(), field.value_raw(), limits::kLocalFieldBytesMax))
      return "the value of " + field.name() + " has more than " +
             std::to_string(limits::kLocalFieldBytesMax) + " bytes";
  }
  return std::nullopt;
}

void set_local_text(std::string_view bytes, std::string* text, std::string* raw) {
  *text = to_valid_utf8(bytes);
  if (*text != bytes) *raw = bytes;
}

}  // namespace picket
