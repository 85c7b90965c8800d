#include "node/auth_log/log_file.h"

#include <poll.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "common/rfc3339.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/local_zone.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using Texts = std::vector<std::string>;

WallTime at(std::string_view text) { return parse_rfc3339(text).value(); }

// A /var/log in a folder, and a reader of its auth.log.
class Log {
 public:
  Log() {
    std::filesystem::create_directories(folder_ / "var/log");
    reader = std::make_unique<LogFile>(folder_.path(), "/var/log/auth.log", clock);
  }
  std::string path(const std::string& name = "auth.log") const {
    return folder_ / ("var/log/" + name);
  }
  static std::string line(int number) {
    char text[80];
    std::snprintf(text, sizeof text, "Nov 20 %02d:%02d:%02d web1 sshd[1]: line %d\n", number / 3600,
                  number / 60 % 60, number % 60, number);
    return text;
  }
  void append(std::string_view text, const std::string& name = "auth.log") const {
    std::ofstream file(path(name), std::ios::binary | std::ios::app);
    file << text;
  }
  void write_lines(int first, int last, const std::string& name = "auth.log") const {
    for (int number = first; number <= last; ++number) append(line(number), name);
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(path(from), path(to));
  }
  void restart_after(const v1::LogPosition& start) {
    reader = std::make_unique<LogFile>(folder_.path(), "/var/log/auth.log", clock);
    reader->start_at(start);
  }

  // The numbers of all lines that come now, "?" for what is no line, gaps in brackets.
  Texts read() {
    Texts texts;
    for (int steps = 0; steps < 100'000; ++steps) {
      LogStep step = reader->next();
      if (std::holds_alternative<NoMoreNow>(step)) return texts;
      if (const auto* sourced = std::get_if<SourcedLine>(&step)) tell(*sourced, texts);
    }
    FAIL("it never ends");
    return texts;
  }
  void tell(const SourcedLine& sourced, Texts& texts) {
    if (sourced.gap) {
      texts.push_back("[" + sourced.gap->reason + "]");
      gap = *sourced.gap;
    }
    texts.push_back(sourced.line ? std::string(sourced.line->message.substr(5)) : "?");
    position.set_source(std::string(reader->name()));
    position.set_instance(std::string(sourced.instance));
    position.set_offset(sourced.offset);
    if (sourced.line) position.set_at_unix_ns(to_unix_ns(sourced.line->time));
    positions.push_back(position);
  }

  test::LocalZone zone{"UTC"};
  test::ManualClock clock{at("2026-11-20T23:00:00Z")};
  std::unique_ptr<LogFile> reader;
  v1::LogPosition position;  // of the last line
  std::vector<v1::LogPosition> positions;
  LogGap gap;

 private:
  test::TemporaryFolder folder_;
};

Texts numbers(int first, int last) {
  Texts texts;
  for (int number = first; number <= last; ++number) texts.push_back(std::to_string(number));
  return texts;
}

const std::string kTruncated = "[the log was truncated in place; lines of that moment may be lost]";
const std::string kGone = "[the file that was read until then is gone]";

Texts with_gap(const std::string& gap, Texts texts) {
  texts.insert(texts.begin(), gap);
  return texts;
}

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
  REQUIRE(test::run({"gzip", log.path("auth.log.2"), log.path("auth.log.3")}).status == 0);
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
  REQUIRE(test::run({"gzip", log.path("auth.log.2"), log.path("auth.log.3")}).status == 0);
  log.reader->start_at(WallTime{});
  CHECK(log.read() == numbers(1, 15));
  const auto positions = log.positions;
  for (int number = 1; number <= 15; ++number) {
    log.restart_after(positions.at(static_cast<std::size_t>(number) - 1));
    CHECK(log.read() == numbers(number + 1, 15));
  }
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
    REQUIRE(test::run({"gzip", log.path(old)}).status == 0);
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
  if (!LogBytes::open(log.path())->born()) return;  // this file system doesn't know
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
  if (geteuid() == 0) return;  // root reads everything: the integration test has another user
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
