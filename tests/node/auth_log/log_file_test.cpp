#include "node/auth_log/log_file.h"

#include <poll.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>

#include "tests/node/auth_log/rotated_log.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"

namespace picket::node {
namespace {

using test::at;
using test::kGone;
using test::Log;
using test::numbers;
using test::Texts;
using test::with_gap;

}  // namespace

TEST_CASE("from now: what was there is passed over, what comes is told, torn lines when complete") {
  Log log;
  log.write_lines(1, 3);
  log.append("Nov 20 01:00:00 web1 ss");
  log.reader->start_at(FromNow{});
  CHECK(log.read().empty());
  log.append("hd[1]: line 4\ngarbage\n");
  log.write_lines(5, 6);
  CHECK(log.read() == Texts{"4", "?", "5", "6"});
  CHECK(log.read().empty());
  CHECK(log.positions[1].offset() > log.positions[0].offset());
}

TEST_CASE("a position whose time is beyond reckoning is one of long ago, or of long from now") {
  Log log;
  log.write_lines(1, 3);
  v1::LogPosition position;
  position.set_source("journald");
  position.set_at_unix_ns(INT64_MIN);
  log.restart_after(position);
  CHECK(log.read() == with_gap("[the log was read from journald before]", numbers(1, 3)));
  position.set_at_unix_ns(INT64_MAX);
  log.restart_after(position);
  CHECK(log.read().empty());
}

TEST_CASE("from now, with no file yet: all of it when it comes") {
  Log log;
  log.clock.set_wall(at("2026-11-20T00:00:05Z"));
  log.reader->start_at(FromNow{});
  CHECK(log.read().empty());
  CHECK(log.reader->health().has_failed());
  log.write_lines(1, 10);
  CHECK(log.read() == numbers(5, 10));
  CHECK(log.reader->health().has_ok());
}

TEST_CASE("since an instant: the generation that it lies in, and all newer ones") {
  Log log;
  log.write_lines(1, 100, "auth.log.3");
  log.write_lines(101, 200, "auth.log.2");
  log.write_lines(201, 300, "auth.log.1");
  log.write_lines(301, 400);
  REQUIRE(picket::test::run({"gzip", log.path("auth.log.2"), log.path("auth.log.3")}).status == 0);
  log.reader->start_at(at("2026-11-20T00:02:30Z"));
  CHECK(log.read() == numbers(150, 400));
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 400));
  log.reader->start_at(at("2026-11-20T00:06:00.9Z"));
  CHECK(log.read() == numbers(360, 400));
  log.reader->start_at(at("2026-11-20T22:00:00Z"));
  CHECK(log.read().empty());
}

TEST_CASE("after any position of a log with its generations exactly the rest follows") {
  Log log;
  log.write_lines(1, 5, "auth.log.3");
  log.write_lines(6, 9, "auth.log.2");
  log.write_lines(10, 12, "auth.log.1");
  log.write_lines(13, 15);
  REQUIRE(picket::test::run({"gzip", log.path("auth.log.2"), log.path("auth.log.3")}).status == 0);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 15));
  const auto positions = log.positions;
  for (int number = 1; number <= 15; ++number) {
    log.restart_after(positions.at(static_cast<std::size_t>(number) - 1));
    CHECK(log.read() == numbers(number + 1, 15));
  }
}

TEST_CASE("a position that is in none of the files: on by time, and the gap is said") {
  Log log;
  log.write_lines(10, 20, "auth.log.1");
  log.write_lines(21, 25);
  v1::LogPosition position;
  position.set_source("/var/log/auth.log");
  position.set_instance("0123456789abcdef");
  position.set_offset(100);
  position.set_at_unix_ns(to_unix_ns(at("2026-11-20T00:00:18Z")));
  log.restart_after(position);
  CHECK(log.read() == with_gap(kGone, numbers(18, 25)));
  CHECK(log.gap.from == at("2026-11-20T00:00:18Z"));

  position.set_source("journald");
  position.set_at_unix_ns(to_unix_ns(at("2026-11-20T00:00:22.5Z")));
  log.restart_after(position);
  CHECK(log.read() == with_gap("[the log was read from journald before]", numbers(22, 25)));
}

TEST_CASE("an offset that lies beyond the file or within a line is none of this file") {
  Log log;
  log.write_lines(1, 9);
  log.reader->start_at(WallTime{});
  (void)log.read();
  for (const int64_t off_by : {-1, 1, 1000}) {
    v1::LogPosition position = log.positions[4];
    position.set_offset(static_cast<uint64_t>(static_cast<int64_t>(position.offset()) + off_by));
    log.restart_after(position);
    CHECK(log.read() ==
          with_gap("[the file that was read until then is another now]", numbers(5, 9)));
  }
}

TEST_CASE("a file that can't be read says which command mends it") {
  Log log;
  log.write_lines(1, 1);
  // The integration test has another user.
  if (geteuid() == 0) PICKET_SKIP("root reads everything");
  std::filesystem::permissions(log.path(), std::filesystem::perms::none);
  CHECK(log.reader->health().failed().reason() == "/var/log/auth.log: Permission denied");
}

TEST_CASE("it wakes whoever waits when a line comes, and when the file is another") {
  Log log;
  log.write_lines(1, 1);
  log.reader->start_at(FromNow{});
  const auto readable = [&] {
    pollfd waiting{log.reader->wake_fd(), POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;
  };
  log.reader->woken();
  CHECK_FALSE(readable());
  log.write_lines(2, 2);
  CHECK(readable());
  log.reader->woken();
  CHECK(log.read() == numbers(2, 2));
  CHECK_FALSE(readable());
  log.rename("auth.log", "auth.log.1");
  log.write_lines(3, 3);
  CHECK(readable());
  log.reader->woken();
  CHECK(log.read() == numbers(3, 3));
  log.write_lines(4, 4);
  CHECK(readable());
}

TEST_CASE("however the bytes come, the lines are the same, and a piece of work is bounded") {
  Log log;
  std::string text;
  for (int number = 1; number <= 4; ++number) text += Log::line(number);
  log.reader->start_at(WallTime{});
  Texts told;
  for (const char byte : text) {
    log.append(std::string_view(&byte, 1));
    for (std::string& line : log.read()) told.push_back(std::move(line));
  }
  CHECK(told == numbers(1, 4));
  log.append("Nov 20 01:00:00 web1 sshd[1]: line " + std::string(1'000'000, 'x') + "\n");
  int steps = 0;
  while (std::holds_alternative<AskAgain>(log.reader->next())) ++steps;
  CHECK(steps >= 15);
  log.write_lines(6, 6);
  CHECK(log.read() == numbers(6, 6));
}

}  // namespace picket::node
