#include "common/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket::log {

TEST_CASE("a log line is time, level, event and escaped pairs") {
  const std::string text =
      to_text("node link closed",
              {{"node", "web1"}, {"reason", "timed out"}, {"links", 3}, {"known", true}});
  CHECK(text == "node link closed node=web1 reason=\"timed out\" links=3 known=true");
  CHECK(to_line(Style::kTerminal, Level::kWarn, from_unix_ns(1'123'456'789), text) ==
        "1970-01-01T00:00:01.123Z warn " + text + "\n");
}

TEST_CASE("a field without a value is left out") {
  CHECK(to_text("node link closed", {{"detail", ""}, {"reason", "peer_closed"}}) ==
        "node link closed reason=peer_closed");
}

TEST_CASE("journald gets a level number and no time") {
  CHECK(to_line(Style::kJournald, Level::kError, {}, "x") == "<3>x\n");
  CHECK(to_line(Style::kJournald, Level::kWarn, {}, "x") == "<4>x\n");
  CHECK(to_line(Style::kJournald, Level::kInfo, {}, "x") == "<6>x\n");
  CHECK(to_line(Style::kJournald, Level::kDebug, {}, "x") == "<7>x\n");
}

TEST_CASE("stderr is journald's only if it is the stream that the environment names") {
  CHECK(style_for_stderr(nullptr) == Style::kTerminal);
  CHECK(style_for_stderr("") == Style::kTerminal);
  CHECK(style_for_stderr("8:1") == Style::kTerminal);
  struct stat status{};
  REQUIRE(fstat(STDERR_FILENO, &status) == 0);
  const std::string own = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  CHECK(style_for_stderr(own.c_str()) == Style::kJournald);
}

TEST_CASE("levels have names, and a wrong one gets advice") {
  for (const Level level : {Level::kError, Level::kWarn, Level::kInfo, Level::kDebug}) {
    const auto parsed = parse_level(to_string(level));
    REQUIRE(parsed);
    CHECK(*parsed == level);
  }
  CHECK(parse_level("wran").error() ==
        "expected error, warn, info or debug, found \"wran\", did you mean \"warn\"?");
  CHECK(parse_level("4").error() == "expected error, warn, info or debug, found \"4\"");
}

TEST_CASE("no hostile value makes a second line or a pair of its own") {
  for (const std::string& value : test::hostile_texts()) {
    const std::string text = to_text("session opened", {{"user", value}});
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
  }
}

}  // namespace picket::log
