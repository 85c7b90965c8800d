#include "client/lib/time_text.h"

#include "tests/client/samples.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"

namespace picket::client {

using namespace std::chrono_literals;
using samples::kNow;

TEST_CASE("local times are in the zone of the process, with the date where it isn't today") {
  const test::LocalZone zone("Europe/Berlin");
  CHECK(local_time(kNow) == "2026-05-04 05:02:01");
  CHECK(local_time_of_day(kNow - 1h, kNow) == "04:02:01");
  CHECK(local_time_of_day(kNow - 5h - 3min, kNow) == "2026-05-03 23:59:01");
  CHECK(local_time_of_day(kNow - 24h * 365, kNow) == "2025-05-04 05:02:01");
}

TEST_CASE("the hour that autumn repeats has two instants and no error") {
  const test::LocalZone zone("Europe/Berlin");
  const WallTime first = from_unix_ns(1'792'888'200'000'000'000);  // 2026-10-25T00:30:00Z
  CHECK(local_time(first) == "2026-10-25 02:30:00");
  CHECK(local_time(first + 1h) == "2026-10-25 02:30:00");
  CHECK(local_time(first + 2h) == "2026-10-25 03:30:00");
}

TEST_CASE("relative times have one unit, cut") {
  CHECK(relative_time(kNow, kNow) == "just now");
  CHECK(relative_time(kNow - 999ms, kNow) == "just now");
  CHECK(relative_time(kNow - 1s, kNow) == "1 s ago");
  CHECK(relative_time(kNow - 59s, kNow) == "59 s ago");
  CHECK(relative_time(kNow - 60s, kNow) == "1 min ago");
  CHECK(relative_time(kNow - 3599s, kNow) == "59 min ago");
  CHECK(relative_time(kNow - 3600s, kNow) == "1 h ago");
  CHECK(relative_time(kNow - 24h, kNow) == "1 d ago");
  CHECK(relative_time(kNow + 1s, kNow) == "just now");
  CHECK(relative_time(kNow + 2h, kNow) == "in 2 h");
  CHECK(relative_time(kNow + 24h - 10ms, kNow) == "in 1 d");
  CHECK(relative_time(kNow + 24h - 2s, kNow) == "in 23 h");
  CHECK(relative_time(kNow - 24h * 729, kNow) == "729 d ago");
  CHECK(relative_time(kNow - 24h * 730, kNow) == "2 y ago");
}

TEST_CASE("instants at the ends of time are years away, on their own side of now") {
  const WallTime first = from_unix_ns(INT64_MIN);
  const WallTime last = from_unix_ns(INT64_MAX);
  CHECK(relative_time(first, kNow) == "292 y ago");
  CHECK(relative_time(last, kNow) == "in 236 y");
  CHECK(relative_time(first, last) == "292 y ago");
  CHECK(relative_time(last, first) == "in 292 y");
  CHECK(relative_time(last, last) == "just now");
  CHECK(relative_time(first, first) == "just now");
  CHECK(time_between(last, first) == 0s);
  CHECK(rough_duration(Seconds(INT64_MIN)) == "0 s");
}

}  // namespace picket::client
