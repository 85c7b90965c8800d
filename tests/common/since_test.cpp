#include "common/since.h"

#include "common/rfc3339.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"

namespace picket {
namespace {

std::string since(std::string_view text) {
  const test::LocalZone zone("Europe/Berlin");
  const auto time = parse_since(text, parse_rfc3339("2026-11-21T09:30:00Z").value());
  return time ? to_rfc3339(*time, 0) : "none";
}

}  // namespace

TEST_CASE("a --since is a length of time, a day, or an instant") {
  CHECK(since("30m") == "2026-11-21T09:00:00Z");
  CHECK(since("2d") == "2026-11-19T09:30:00Z");
  CHECK(since("1h30m") == "2026-11-21T08:00:00Z");
  CHECK(since("today") == "2026-11-20T23:00:00Z");
  CHECK(since("yesterday") == "2026-11-19T23:00:00Z");
  CHECK(since("2026-11-20") == "2026-11-19T23:00:00Z");
  CHECK(since("2026-07-01") == "2026-06-30T22:00:00Z");
  CHECK(since("2026-11-20 10:00") == "2026-11-20T09:00:00Z");
  CHECK(since("2026-11-20 10:00:30") == "2026-11-20T09:00:30Z");
  CHECK(since("2026-11-20T10:00:30Z") == "2026-11-20T10:00:30Z");
  CHECK(since("2026-11-20T10:00:30+02:00") == "2026-11-20T08:00:30Z");
}

TEST_CASE("what is no --since is refused with examples") {
  for (const char* text : {"", "soon", "30", "-30m", "30 m", "2026-11-31", "2026-11-20 25:00",
                           "2026-11-20x10:00", "20.11.2026", "tomorrow"}) {
    CAPTURE(text);
    CHECK(since(text) == "none");
  }
  CHECK(parse_since("x", {}).error().ends_with("found \"x\""));
}

}  // namespace picket
