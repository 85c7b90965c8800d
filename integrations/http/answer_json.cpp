#include "integrations/http/answer_json.h"

#include <charconv>
#include <cmath>

#include "common/text.h"
#include "common/utf8.h"

namespace picket::http {
namespace {

constexpr int kNestingMax = 32;
constexpr std::size_t kWordsBytesMax = 300;

std::chrono::milliseconds wait_of(double seconds) {
  const double milliseconds = std::ceil(seconds * 1000);
  if (milliseconds >= static_cast<double>(kWaitMax.count())) return kWaitMax;
  return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

void remove_all(std::string& text, std::string_view part) {
  if (part.empty()) return;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
    text.replace(at, part.size(), "…");
  }
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  const auto keep = [](int depth, Json::parse_event_t, Json&) { return depth <= kNestingMax; };
  Json value = Json::parse(text, keep, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

const Json& member(const Json& object, std::string_view name) {
  static const Json kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

std::string text_of(const Json& value) {
  const auto* text = value.get_ptr<const std::string*>();
  return text == nullptr ? std::string() : *text;
}

std::optional<std::int64_t> integer_of(const Json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  return value.get<std::int64_t>();
}

std::optional<std::chrono::milliseconds> seconds_of(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double seconds = value.get<double>();
  if (!(seconds >= 0)) return std::nullopt;
  return wait_of(seconds);
}

std::optional<std::chrono::milliseconds> seconds_of(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0)) {
    return std::nullopt;
  }
  return wait_of(seconds);
}

std::string words_of(std::string_view text, const std::vector<std::string_view>& secrets) {
  std::string words(text);
  for (const std::string_view secret : secrets) remove_all(words, secret);
  words = escape_for_terminal(words);
  if (words.size() <= kWordsBytesMax) return words;
  return std::string(cut_utf8(words, kWordsBytesMax)) + "…";
}

}  // namespace picket::http
