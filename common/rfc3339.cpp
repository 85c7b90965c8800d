#include "common/rfc3339.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace picket {

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
