#include "common/since.h"

#include <ctime>
#include <optional>
#include <string>

#include "common/rfc3339.h"
#include "common/units.h"

namespace picket {
namespace {

std::tm local_parts(WallTime time) {
  const std::time_t seconds = std::chrono::floor<Seconds>(time).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

WallTime from_local(std::tm parts) {
  parts.tm_isdst = -1;
  return WallTime(Seconds(std::mktime(&parts)));
}

// The beginning of the day that lies `days` after that of `now`.
WallTime midnight(WallTime now, int days) {
  const std::tm today = local_parts(now);
  std::tm parts{};
  parts.tm_year = today.tm_year;
  parts.tm_mon = today.tm_mon;
  parts.tm_mday = today.tm_mday + days;
  return from_local(parts);
}

// "2026-11-20", "2026-11-20 10:00", "2026-11-20 10:00:30": read as an instant of UTC, then taken as
// local.
std::optional<WallTime> local_instant(std::string_view text) {
  constexpr std::string_view kMidnight = "0000-00-00 00:00:00";
  if (text.size() != 10 && text.size() != 16 && text.size() != 19) return std::nullopt;
  std::string whole(text);
  whole += kMidnight.substr(text.size());
  if (whole[10] != ' ' && whole[10] != 'T') return std::nullopt;
  whole[10] = 'T';
  const auto as_utc = parse_rfc3339(whole + "Z");
  if (!as_utc) return std::nullopt;
  const std::time_t seconds = std::chrono::floor<Seconds>(*as_utc).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return from_local(parts);
}

}  // namespace

Result<WallTime> parse_since(std::string_view text, WallTime now) {
  if (text == "today") return midnight(now, 0);
  if (text == "yesterday") return midnight(now, -1);
  if (const auto ago = parse_duration(text)) return now - *ago;
  if (const auto instant = local_instant(text)) return *instant;
  if (const auto instant = parse_rfc3339(text)) return *instant;
  return Error{
      "expected a time such as \"30m\", \"yesterday\", \"2026-11-20 10:00\" or "
      "\"2026-11-20T10:00:00Z\", found \"" +
      std::string(text) + "\""};
}

}  // namespace picket
