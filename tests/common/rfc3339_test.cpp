#include "common/rfc3339.h"

#include "tests/support/catch.h"

namespace picket {

TEST_CASE("an RFC 3339 text is read with its offset and fraction") {
  const WallTime time(Nanoseconds(1'779'852'121'000'000'000));  // 2026-05-27T03:22:01Z
  CHECK(to_rfc3339(time, 0) == "2026-05-27T03:22:01Z");
  CHECK(parse_rfc3339("2026-05-27T03:22:01Z") == time);
  CHECK(parse_rfc3339("2026-05-27T05:22:01+02:00") == time);
  CHECK(parse_rfc3339("2026-05-26T21:52:01-05:30") == time);
  CHECK(parse_rfc3339("2026-05-27T03:22:01.25Z") == time + Milliseconds(250));
  CHECK(parse_rfc3339("2026-05-27T03:22:01.000000001999Z") == time + Nanoseconds(1));
  CHECK(parse_rfc3339("2026-05-27T03:21:60Z") == time - Seconds(1));
  CHECK(parse_rfc3339("2024-02-29T00:00:00Z").has_value());
}

TEST_CASE("what isn't RFC 3339 from end to end is none") {
  for (const char* text :
       {"", "2026", "2026-05-27", "2026-05-27T03:22:01", "2026-05-27 03:22:01Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-05-27T24:00:00Z", "2026-05-27T03:60:00Z", "2026-05-27T03:22:61Z",
        "2026-05-27T03:22:01.Z", "2026-05-27T03:22:01+0200", "2026-05-27T03:22:01+02:00x",
        "2026-05-27T03:22:01Zx", "1066-10-14T09:00:00Z", "9999-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

}  // namespace picket
