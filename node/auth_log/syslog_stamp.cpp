#include "node/auth_log/syslog_stamp.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "common/rfc3339.h"

namespace picket::node {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int kYearsBackMax = 12;  // 29 February comes back after eight years at most
// Programs put on their own stamps, so lines can be a little out of order.
constexpr Nanoseconds kDisorder = seconds(60);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads from the front of a text; after a failure it stays at it.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A number of `digits_min` to `digits_max` digits, from `min` to `max`.
  std::optional<int> number(std::size_t digits_min, std::size_t digits_max, int min, int max) {
    std::size_t digits = 0;
    int value = 0;
    for (; digits < digits_max && digits < rest_.size() && is_digit(rest_[digits]); ++digits)
      value = 10 * value + (rest_[digits] - '0');
    if (digits < digits_min || value < min || value > max) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// "Nov": from 0.
std::optional<int> month_of(std::string_view name) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (name.size() != 3) return std::nullopt;
  for (std::size_t month = 0; month < 12; ++month) {
    if (kMonths.substr(3 * month, 3) == name) return static_cast<int>(month);
  }
  return std::nullopt;
}

int year_of(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

bool exists(int year, int month, int day) {
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month) + 1),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

}  // namespace

StampReader::Instants StampReader::instants_of(const Minute& minute, int year) {
  Instants instants;
  const auto try_with = [&](int daylight_saving) {
    std::tm parts{};
    parts.tm_year = year - 1900;
    parts.tm_mon = minute.month;
    parts.tm_mday = minute.day;
    parts.tm_hour = minute.hour;
    parts.tm_min = minute.minute;
    parts.tm_isdst = daylight_saving;
    const std::time_t time = std::mktime(&parts);
    // An hour off: that wall clock time wasn't in this half of the year.
    const bool fits = parts.tm_hour == minute.hour && parts.tm_isdst == daylight_saving;
    if (!fits && daylight_saving >= 0) return;
    instants.begin.at(instants.count++) = WallTime(seconds(time));
  };
  try_with(1);
  try_with(0);
  if (instants.count == 0) try_with(-1);  // an hour that clocks leap over
  return instants;
}

// Into `instants_`, of the newest year that isn't in the future.
bool StampReader::find_instants(const Minute& minute) {
  const bool known = minute == known_ && reference_ >= known_reference_ &&
                     reference_ - known_reference_ < hours(1);
  if (known) return true;
  const int newest = year_of(reference_) + 1;
  for (int year = newest; year > newest - kYearsBackMax; --year) {
    if (!exists(year, minute.month, minute.day)) continue;
    instants_ = instants_of(minute, year);
    if (instants_.begin[0] > reference_ + hours(24)) continue;
    known_ = minute;
    known_reference_ = reference_;
    return true;
  }
  return false;
}

std::optional<Stamp> StampReader::take_traditional(std::string_view& text) {
  const auto month = month_of(text.substr(0, 3));
  if (!month) return std::nullopt;
  Cursor cursor(text.substr(3));
  if (!cursor.take(' ')) return std::nullopt;
  (void)cursor.take(' ');  // before a day of one digit
  const auto day = cursor.number(1, 2, 1, 31);
  if (!day || !cursor.take(' ')) return std::nullopt;
  const auto hour = cursor.number(2, 2, 0, 23);
  if (!hour || !cursor.take(':')) return std::nullopt;
  const auto minute = cursor.number(2, 2, 0, 59);
  if (!minute || !cursor.take(':')) return std::nullopt;
  const auto second = cursor.number(2, 2, 0, 60);
  if (!second || !cursor.take(' ')) return std::nullopt;
  if (!find_instants({*month, *day, *hour, *minute})) return std::nullopt;

  WallTime time = instants_.begin[0] + seconds(*second);
  if (instants_.count == 2 && last_ && time < *last_ - kDisorder)
    time = instants_.begin[1] + seconds(*second);
  text = cursor.rest();
  return Stamp{time, v1::AuthEvent::TIME_SOURCE_STAMP_WITHOUT_YEAR};
}

std::optional<Stamp> StampReader::take(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  std::optional<Stamp> stamp;
  if (!is_digit(text.front())) {
    stamp = take_traditional(text);
  } else if (const std::size_t blank = text.find(' '); blank != std::string_view::npos) {
    const auto time = parse_rfc3339(text.substr(0, blank));
    if (!time) return std::nullopt;
    stamp = Stamp{*time, v1::AuthEvent::TIME_SOURCE_STAMP};
    text.remove_prefix(blank + 1);
  }
  if (stamp) last_ = std::max(stamp->time, last_.value_or(stamp->time));
  return stamp;
}

}  // namespace picket::node
