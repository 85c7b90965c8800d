#include "node/auth_log/syslog_stamp.h"

#include "common/rfc3339.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"

namespace picket::node {
namespace {

using test::LocalZone;

WallTime at(std::string_view text) { return parse_rfc3339(text).value(); }

// What the stamp at the front of a line means, as text.
std::string read(StampReader& stamps, std::string_view text) {
  const auto stamp = stamps.take(text);
  return stamp ? to_rfc3339(stamp->time, 0) : "none";
}

std::string read_when(const char* reference, std::string_view text) {
  StampReader stamps(at(reference));
  return read(stamps, text);
}

}  // namespace

TEST_CASE("both stamps are taken off the front, and say which they were") {
  const LocalZone zone("UTC");
  StampReader stamps(at("2026-11-21T00:00:00Z"));
  std::string_view text = "Nov 20 23:08:49 host";
  const auto traditional = stamps.take(text);
  CHECK(traditional.value().source == v1::AuthEvent::TIME_SOURCE_STAMP_WITHOUT_YEAR);
  CHECK(text == "host");
  text = "2026-11-20T23:08:49.123456+01:00 host";
  const auto exact = stamps.take(text);
  CHECK(exact.value().source == v1::AuthEvent::TIME_SOURCE_STAMP);
  CHECK(to_rfc3339(exact.value().time, 6) == "2026-11-20T22:08:49.123456Z");
  CHECK(text == "host");
}

TEST_CASE("the year is the newest that lies at most a day in the future") {
  const LocalZone zone("UTC");
  CHECK(read_when("2026-11-21T12:00:00Z", "Nov 20 23:08:49 ") == "2026-11-20T23:08:49Z");
  CHECK(read_when("2026-11-21T12:00:00Z", "Nov  3 00:00:00 ") == "2026-11-03T00:00:00Z");
  CHECK(read_when("2026-11-21T12:00:00Z", "Nov 22 12:00:00 ") == "2026-11-22T12:00:00Z");
  CHECK(read_when("2026-11-21T12:00:00Z", "Nov 22 12:01:00 ") == "2025-11-22T12:01:00Z");
  CHECK(read_when("2026-11-21T12:00:00Z", "Dec 31 00:00:00 ") == "2025-12-31T00:00:00Z");
  CHECK(read_when("2026-12-31T23:59:59Z", "Jan  1 00:00:01 ") == "2027-01-01T00:00:01Z");
  CHECK(read_when("2027-02-28T00:00:00Z", "Feb 29 12:00:00 ") == "2024-02-29T12:00:00Z");
  CHECK(read_when("2027-02-28T00:00:00Z", "Feb 30 12:00:00 ") == "none");
}

TEST_CASE("across New Year the lines of a file keep their order") {
  const LocalZone zone("UTC");
  StampReader stamps(at("2027-01-05T00:00:00Z"));
  CHECK(read(stamps, "Dec 30 10:00:00 ") == "2026-12-30T10:00:00Z");
  CHECK(read(stamps, "Dec 31 23:59:59 ") == "2026-12-31T23:59:59Z");
  CHECK(read(stamps, "Jan  1 00:00:00 ") == "2027-01-01T00:00:00Z");
  StampReader live(at("2026-12-31T23:59:59Z"));
  CHECK(read(live, "Dec 31 23:59:59 ") == "2026-12-31T23:59:59Z");
  live.set_reference(at("2027-12-31T23:59:59Z"));
  CHECK(read(live, "Dec 31 23:59:59 ") == "2027-12-31T23:59:59Z");
}

TEST_CASE("the hour that comes twice when summer ends is told apart by the line before") {
  const LocalZone zone("Europe/Berlin");
  StampReader stamps(at("2026-12-01T00:00:00Z"));
  CHECK(read(stamps, "Jul  1 12:00:00 ") == "2026-07-01T10:00:00Z");
  CHECK(read(stamps, "Oct 25 02:30:00 ") == "2026-10-25T00:30:00Z");
  CHECK(read(stamps, "Oct 25 02:29:58 ") == "2026-10-25T00:29:58Z");  // a little out of order
  CHECK(read(stamps, "Oct 25 02:59:59 ") == "2026-10-25T00:59:59Z");
  CHECK(read(stamps, "Oct 25 02:00:00 ") == "2026-10-25T01:00:00Z");
  CHECK(read(stamps, "Oct 25 02:30:00 ") == "2026-10-25T01:30:00Z");
  CHECK(read(stamps, "Oct 25 03:00:00 ") == "2026-10-25T02:00:00Z");
  stamps.go_on_from(at("2026-10-25T01:15:00Z"));
  CHECK(read(stamps, "Oct 25 02:15:01 ") == "2026-10-25T01:15:01Z");
}

TEST_CASE("an hour that the clocks leap over when summer begins is near it all the same") {
  const LocalZone zone("Europe/Berlin");
  StampReader stamps(at("2026-12-01T00:00:00Z"));
  CHECK(read(stamps, "Mar 29 01:59:59 ") == "2026-03-29T00:59:59Z");
  CHECK(read(stamps, "Mar 29 03:00:00 ") == "2026-03-29T01:00:00Z");
  std::string_view leapt = "Mar 29 02:30:00 ";
  const WallTime time = stamps.take(leapt).value().time;
  CHECK(std::chrono::abs(time - at("2026-03-29T01:00:00Z")) <= std::chrono::minutes(30));
}

TEST_CASE("what isn't a stamp is left where it stands") {
  StampReader stamps(at("2026-11-21T00:00:00Z"));
  for (const std::string_view bad :
       {"", " ", "Nov", "Nov 20", "Nov 20 23:08:49", "Nov 0 00:00:00 ", "Nov 31 00:00:00 ",
        "nov 20 23:08:49 ", "Nov 20 24:00:00 ", "Nov 20 23:60:00 ", "Nov 20 23:8:49 ",
        "Nov 20 23:08:49x", "Nov   3 23:08:49 ", "2026-11-20 23:08:49 ", "2026-11-20T23:08:49Z"}) {
    CAPTURE(bad);
    std::string_view text = bad;
    CHECK_FALSE(stamps.take(text));
    CHECK(text == bad);
  }
}

}  // namespace picket::node
