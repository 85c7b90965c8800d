#include "common/rfc3339.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace picket {
namespace {

using std::chrono::minutes;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number that `digits` of the front make, between `min` and `max`; takes them, and `after` too.
bool take(std::string_view& text, std::size_t digits, int min, int max, std::string_view after,
          int& number) {
  if (text.size() < digits) return false;
  number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return false;
    number = 10 * number + (c - '0');
  }
  text.remove_prefix(digits);
  if (number < min || number > max || !text.starts_with(after)) return false;
  text.remove_prefix(after.size());
  return true;
}

// ".123", which may be missing.
bool take_fraction(std::string_view& text, Nanoseconds& fraction) {
  if (!text.starts_with('.')) return true;
  text.remove_prefix(1);
  std::size_t digits = 0;
  int64_t weight = 100'000'000;
  for (; digits < text.size() && is_digit(text[digits]); ++digits, weight /= 10)
    fraction += Nanoseconds(weight * (text[digits] - '0'));
  text.remove_prefix(digits);
  return digits > 0;
}

// All of the rest: "Z", "+02:00".
bool take_offset(std::string_view text, minutes& offset) {
  if (text == "Z" || text == "z") return true;
  int hour = 0;
  int minute = 0;
  if (!text.starts_with('+') && !text.starts_with('-')) return false;
  const int sign = text.starts_with('-') ? -1 : 1;
  text.remove_prefix(1);
  if (!take(text, 2, 0, 23, ":", hour) || !take(text, 2, 0, 59, "", minute)) return false;
  offset = minutes(sign * (60 * hour + minute));
  return text.empty();
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  Nanoseconds fraction(0);
  minutes offset(0);
  const bool whole = take(text, 4, 1678, 2261, "-", year) && take(text, 2, 1, 12, "-", month) &&
                     take(text, 2, 1, 31, "T", day) && take(text, 2, 0, 23, ":", hour) &&
                     take(text, 2, 0, 59, ":", minute) && take(text, 2, 0, 60, "", second) &&
                     take_fraction(text, fraction) && take_offset(text, offset);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!whole || !date.ok()) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + minutes(minute) -
         offset + Seconds(second) + fraction;
}

std::string to_rfc3339(WallTime time, int fraction_digits) {
  // By the count of nanoseconds: the earliest instant's whole second is no instant in nanoseconds.
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t count = to_unix_ns(time);
  const int64_t remainder = count % kSecond;
  const int64_t fraction = remainder < 0 ? remainder + kSecond : remainder;
  const std::chrono::sys_seconds second(
      std::chrono::seconds(count / kSecond - (remainder < 0 ? 1 : 0)));
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::seconds> clock(second - day);
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(fraction));
  const int digits = std::clamp(fraction_digits, 0, 9);
  const int cut = digits == 0 ? 10 : 9 - digits;  // the point goes with the last digit
  return std::string(text.data(), static_cast<std::size_t>(length - cut)) + "Z";
}

}  // namespace picket
