#include "client/lib/time_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>

namespace picket::client {
namespace {

std::tm local_parts(WallTime time) {
  const std::time_t seconds = std::chrono::floor<Seconds>(time).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string formatted(const std::tm& parts, const char* format) {
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::string local_time(WallTime time) { return formatted(local_parts(time), "%Y-%m-%d %H:%M:%S"); }

std::string local_time_of_day(WallTime time, WallTime now) {
  const std::tm parts = local_parts(time);
  const std::tm today = local_parts(now);
  const bool same_day = parts.tm_year == today.tm_year && parts.tm_yday == today.tm_yday;
  return formatted(parts, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S");
}

Seconds time_between(WallTime from, WallTime to) {
  int64_t ns = 0;
  if (to <= from) return Seconds(0);
  // Instants that came from outside may lie further apart than a number of nanoseconds tells.
  if (__builtin_sub_overflow(to_unix_ns(to), to_unix_ns(from), &ns)) ns = INT64_MAX;
  return std::chrono::floor<Seconds>(Nanoseconds(ns));
}

std::string rough_duration(Seconds duration) {
  constexpr int64_t kDay = 86400;
  constexpr int64_t kYear = 365 * kDay;
  const int64_t seconds = std::max<int64_t>(duration.count(), 0);
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < kDay) return std::to_string(seconds / 3600) + " h";
  if (seconds < 2 * kYear) return std::to_string(seconds / kDay) + " d";
  return std::to_string(seconds / kYear) + " y";
}

std::string relative_time(WallTime time, WallTime now) {
  const Seconds ahead = time_between(now, time);
  const Seconds behind = time_between(time, now);
  // A second more, so that the day which a new token is valid for is "1 d", not "23 h".
  if (ahead > Seconds(1)) return "in " + rough_duration(ahead + Seconds(1));
  return behind < Seconds(1) ? "just now" : rough_duration(behind) + " ago";
}

}  // namespace picket::client
