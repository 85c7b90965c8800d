#include "common/units.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/rfc3339.h"
#include "tests/support/catch.h"

namespace picket {

using namespace std::chrono_literals;

TEST_CASE("durations are read as people write them") {
  const std::vector<std::pair<std::string, Milliseconds>> cases = {
      {"5s", 5s},   {"1h30m", 90min}, {"250ms", 250ms}, {"30m", 30min},
      {"7d", 168h}, {"2w", 24h * 14}, {"0s", 0ms},      {"1m1ms", 60'001ms},
  };
  for (const auto& [text, duration] : cases) {
    const auto parsed = parse_duration(text);
    CAPTURE(text);
    REQUIRE(parsed);
    CHECK(*parsed == duration);
  }
}

TEST_CASE("what isn't a duration is refused with an example") {
  for (const std::string text :
       {"", "5", "s", "5x", "-5s", "5 s", "1h30", "5s ", "never", "1.5h", "99999999999999999999s",
        "101w101w101w5000w", "18446744073709551615ms"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK(parse_duration("5 s").error() ==
        "expected a duration such as \"30s\" or \"1h30m\", found \"5 s\"");
}

TEST_CASE("a duration may be a hundred years, not a millisecond more") {
  CHECK(parse_duration("36500d"));
  CHECK_FALSE(parse_duration("36500d1ms"));
}

TEST_CASE("never is no duration, where that is allowed") {
  const auto never = parse_duration_or_never("never");
  REQUIRE(never);
  CHECK_FALSE(never->has_value());
  const auto some = parse_duration_or_never("5s");
  REQUIRE(some);
  CHECK(*some == Milliseconds(5s));
  CHECK(parse_duration_or_never("nevr").error() ==
        "expected a duration such as \"30s\" or \"1h30m\", found \"nevr\" (or \"never\")");
  CHECK(print_duration_or_never(std::nullopt) == "never");
}

TEST_CASE("a printed duration is read back as the same") {
  for (const Milliseconds duration :
       {0ms, 1ms, 999ms, 15'000ms, 5'400'000ms, 86'400'001ms, 604'800'000ms}) {
    const auto parsed = parse_duration(print_duration(duration));
    REQUIRE(parsed);
    CHECK(*parsed == duration);
  }
  CHECK(print_duration(90min) == "1h30m");
  CHECK(print_duration(168h) == "7d");
}

TEST_CASE("sizes are read and printed in the unit that is exact") {
  const std::vector<std::pair<std::string, uint64_t>> cases = {
      {"64MiB", 67'108'864},
      {"2GiB", 2'147'483'648},
      {"512KiB", 524'288},
      {"100kB", 100'000},
      {"1TiB", 1ULL << 40U},
      {"7B", 7},
      {"0B", 0},
  };
  for (const auto& [text, bytes] : cases) {
    const auto parsed = parse_size(text);
    CAPTURE(text);
    REQUIRE(parsed);
    CHECK(*parsed == bytes);
    CHECK(print_size(bytes) == text);
  }
}

TEST_CASE("what isn't a size is refused with an example") {
  for (const std::string text :
       {"", "64", "MiB", "64mib", "64 MiB", "-1B", "1MiB1KiB", "1048577TiB"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_size(text));
  }
  CHECK(parse_size("1048576TiB"));
  CHECK(parse_size("64M").error() ==
        "expected a size such as \"64MiB\" or \"100kB\", found \"64M\"");
}

TEST_CASE("sizes for people have one digit after the point at most") {
  CHECK(print_size_rounded(0) == "0 B");
  CHECK(print_size_rounded(1023) == "1023 B");
  CHECK(print_size_rounded(64 << 20U) == "64 MiB");
  CHECK(print_size_rounded(1536) == "1.5 KiB");
}

TEST_CASE("an instant is RFC 3339 text in UTC") {
  CHECK(to_rfc3339(from_unix_ns(0), 0) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(from_unix_ns(1'709'251'199'123'456'789), 9) == "2024-02-29T23:59:59.123456789Z");
  CHECK(to_rfc3339(from_unix_ns(1'709'251'199'123'456'789), 3) == "2024-02-29T23:59:59.123Z");
  CHECK(to_rfc3339(from_unix_ns(-1), 9) == "1969-12-31T23:59:59.999999999Z");
  CHECK(to_rfc3339(from_unix_ns(INT64_MAX), 0) == "2262-04-11T23:47:16Z");
  CHECK(to_rfc3339(from_unix_ns(INT64_MIN), 0) == "1677-09-21T00:12:43Z");
}

}  // namespace picket
