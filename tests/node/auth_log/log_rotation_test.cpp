// A log file that is renamed, copied, truncated, cut off or damaged while it is read.
#include <chrono>
#include <filesystem>

#include "common/rfc3339.h"
#include "tests/node/auth_log/rotated_log.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"

namespace picket::node {
namespace {

using test::at;
using test::kGone;
using test::kTruncated;
using test::Log;
using test::numbers;
using test::Texts;
using test::with_gap;

}  // namespace

TEST_CASE("truncated in place, and begun with the same line again: read from there, as a gap") {
  Log log;
  log.reader->start_at(WallTime{});
  log.append("the log begins\n");
  log.write_lines(1, 9);
  CHECK(log.read() == numbers(1, 9));
  std::filesystem::resize_file(log.path(), 0);
  log.append("the log begins\n");
  log.write_lines(10, 12);
  CHECK(log.read() == Texts{"?", kTruncated, "10", "11", "12"});
}

TEST_CASE("renamed while it is read: the old file to its end, also what comes late, then the new") {
  Log log;
  log.write_lines(1, 3);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  log.write_lines(4, 5);
  log.rename("auth.log", "auth.log.1");
  log.append("");  // as logrotate creates it
  CHECK(log.read() == numbers(4, 5));
  log.write_lines(6, 7, "auth.log.1");  // the daemon has not reopened it yet
  CHECK(log.read() == numbers(6, 7));
  log.write_lines(8, 8, "auth.log.1");
  log.write_lines(9, 10);
  CHECK(log.read() == numbers(8, 10));
}

TEST_CASE("a rotated file whose last line was cut off is left behind, and the loss is said") {
  Log log;
  log.write_lines(1, 3);
  log.append("Nov 20 00:00:04 web1 ssh");
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  log.rename("auth.log", "auth.log.1");
  log.write_lines(5, 6);
  CHECK(log.read() == with_gap("[its last line was cut off]", numbers(5, 6)));
  CHECK(log.gap.from == at("2026-11-20T00:00:03Z"));
  CHECK(log.gap.to == at("2026-11-20T00:00:05Z"));
}

TEST_CASE("a rotated file that has no whole line is left behind") {
  Log log;
  log.write_lines(1, 3);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  std::filesystem::resize_file(log.path(), 0);
  CHECK(log.read().empty());
  log.append("Nov 20 00:00:04 web1 ssh");
  CHECK(log.read().empty());
  log.rename("auth.log", "auth.log.1");
  log.write_lines(5, 6);
  CHECK(log.read() == with_gap(kTruncated, numbers(5, 6)));
}

TEST_CASE("a rotated file that is damaged is left behind where that is, and the loss is said") {
  Log log;
  log.write_lines(1, 2000, "auth.log.1");
  REQUIRE(picket::test::run({"gzip", log.path("auth.log.1")}).status == 0);
  const std::string damaged = log.path("auth.log.1.gz");
  std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) / 2);
  log.write_lines(2001, 2002);
  log.reader->start_at(WallTime{});
  const Texts read = log.read();
  REQUIRE(read.size() > 3);
  CHECK(read.front() == "1");
  CHECK(Texts(read.end() - 3, read.end()) ==
        with_gap("[" + damaged + " is damaged]", numbers(2001, 2002)));
}

TEST_CASE("many rotations between two looks, the oldest compressed and unlinked: nothing is lost") {
  Log log;
  log.write_lines(1, 3);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  int number = 4;
  for (int rotation = 0; rotation < 4; ++rotation) {
    for (int age = rotation; age > 0; --age)
      log.rename("auth.log." + std::to_string(age), "auth.log." + std::to_string(age + 1));
    log.rename("auth.log", "auth.log.1");
    log.write_lines(number, number + 2);
    number += 3;
  }
  for (const char* old : {"auth.log.4", "auth.log.3"})
    REQUIRE(picket::test::run({"gzip", log.path(old)}).status == 0);
  CHECK(log.read() == numbers(4, number - 1));
}

TEST_CASE("copied and truncated: what was unread is read in the copy, and the loss is said") {
  Log log;
  log.write_lines(1, 3);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  log.write_lines(4, 5);
  std::filesystem::copy_file(log.path(), log.path("auth.log.1"));
  log.write_lines(6, 6);  // lost
  std::filesystem::resize_file(log.path(), 0);
  SECTION("seen while it is empty") {
    CHECK(log.read() == numbers(4, 5));
    CHECK(log.read().empty());
    log.write_lines(7, 8);
    CHECK(log.read() == with_gap(kTruncated, numbers(7, 8)));
  }
  SECTION("seen when it is longer than it was") {
    log.write_lines(7, 20);
    Texts expected = numbers(4, 5);
    expected.push_back(kTruncated);
    for (const std::string& text : numbers(7, 20)) expected.push_back(text);
    CHECK(log.read() == expected);
  }
  CHECK(log.gap.from == at("2026-11-20T00:00:05Z"));
  CHECK(log.gap.to == at("2026-11-20T00:00:07Z"));
}

TEST_CASE("truncated without a copy: the loss is said before the first new line") {
  Log log;
  log.write_lines(1, 3);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  std::filesystem::resize_file(log.path(), 0);
  CHECK(log.read().empty());
  CHECK(log.read().empty());
  log.write_lines(4, 6);
  CHECK(log.read() == with_gap(kTruncated, numbers(4, 6)));
  log.rename("auth.log", "auth.log.1");
  log.write_lines(7, 8);
  CHECK(log.read() == numbers(7, 8));
}

TEST_CASE("truncated in place while nobody read is found by the age of the file") {
  Log log;
  log.clock.set_wall(std::chrono::system_clock::now() + std::chrono::hours(48));
  const auto dated = [&](int day, const std::string& text) {
    const auto time = to_rfc3339(log.clock.wall() - std::chrono::hours(24 - day), 0);
    return time + " web1 sshd[1]: line " + text + "\n";
  };
  log.append(dated(1, "1") + dated(2, "2"));
  if (!LogBytes::open(log.path())->born()) PICKET_SKIP("needs a file system that knows births");
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 2));
  std::filesystem::copy_file(log.path(), log.path("auth.log.1"));
  std::filesystem::resize_file(log.path(), 0);
  log.append(dated(3, "3"));
  std::filesystem::last_write_time(log.path("auth.log.1"),
                                   std::filesystem::file_time_type::clock::now());
  log.restart_after(log.position);
  CHECK(log.read() == with_gap(kTruncated, numbers(3, 3)));
}

TEST_CASE("the file goes and comes back") {
  Log log;
  log.write_lines(1, 3);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 3));
  log.write_lines(4, 4);
  std::filesystem::remove(log.path());
  CHECK(log.read() == numbers(4, 4));
  CHECK(log.reader->health().failed().reason() == "there is no /var/log/auth.log");
  log.write_lines(5, 6);
  CHECK(log.read() == with_gap(kGone, numbers(5, 6)));
  CHECK(log.reader->health().has_ok());
}

}  // namespace picket::node
