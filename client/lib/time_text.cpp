#include "client/lib/time_text.h"

#include <array>
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

std::string rough_duration(Nanoseconds duration) {
  using std::chrono::duration_cast;
  const auto seconds = duration_cast<Seconds>(duration).count();
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 86400) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " d";
}

std::string relative_time(WallTime time, WallTime now) {
  constexpr Nanoseconds kJustNow = Seconds(1);
  // A second more, so that the day which a new token is valid for is "1 d", not "23 h".
  if (time > now + kJustNow) return "in " + rough_duration(time - now + kJustNow);
  if (time > now - kJustNow) return "just now";
  return rough_duration(now - time) + " ago";
}

}  // namespace picket::client
