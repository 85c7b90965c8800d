// The auth log from the real journald. Each case wants a host of its own
// (tests/support/throwaway_host), and is hidden from a run of all.
#include "node/auth_log/journal_log.h"

#include <grp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "common/system_clock.h"
#include "tests/support/catch.h"
#include "tests/support/journal_host.h"
#include "tests/support/manual_clock.h"

namespace picket::node {
namespace {

using test::JournalHost;
using Texts = std::vector<std::string>;

const std::string kGone = "[the journal no longer has what was read until then]";

class Reader {
 public:
  explicit Reader(const LogStart& start) { log.start_at(start); }

  // All messages that come now; gaps in brackets.
  Texts read() {
    log.woken();
    Texts texts;
    while (true) {
      LogStep step = log.next();
      if (std::holds_alternative<NoMoreNow>(step)) return texts;
      if (const auto* sourced = std::get_if<SourcedLine>(&step)) tell(*sourced, texts);
    }
  }
  // Until one says `last`.
  Texts read_until(const std::string& last) {
    Texts texts;
    const SteadyTime deadline = clock.steady() + Seconds(20);
    while (texts.empty() || texts.back() != last) {
      REQUIRE(clock.steady() < deadline);
      for (std::string& text : read()) texts.push_back(std::move(text));
      pollfd waiting{log.wake_fd(), POLLIN, 0};
      (void)poll(&waiting, 1, 5);
    }
    return texts;
  }

  SystemClock clock;
  test::ManualClock log_clock{clock.wall()};
  JournalLog log{"/", kAuthPrograms, log_clock};
  std::vector<v1::LogPosition> positions;
  LogLine line;
  std::vector<Attested> attested;

 private:
  void tell(const SourcedLine& sourced, Texts& texts) {
    if (sourced.gap) texts.push_back("[" + sourced.gap->reason + "]");
    texts.push_back(sourced.line ? std::string(sourced.line->message) : "?");
    v1::LogPosition position;
    position.set_source(std::string(log.name()));
    position.set_instance(std::string(sourced.instance));
    position.set_offset(sourced.offset);
    if (!sourced.line) return;
    position.set_at_unix_ns(to_unix_ns(sourced.line->time));
    positions.push_back(position);
    line = *sourced.line;
    attested.push_back(*sourced.line->attested);
  }
};

Texts numbers(int first, int last) {
  Texts texts;
  for (int number = first; number <= last; ++number) texts.push_back(std::to_string(number));
  return texts;
}

void log_numbers(const JournalHost& host, int first, int last) {
  for (const std::string& text : numbers(first, last)) host.log("sshd", text);
  host.sync();
}

void check_every_position(const Texts& expected, const std::vector<v1::LogPosition>& positions) {
  REQUIRE(positions.size() == expected.size());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    Reader resumed(positions[i]);
    CHECK(resumed.read() == Texts(expected.begin() + static_cast<int>(i) + 1, expected.end()));
  }
}

}  // namespace

TEST_CASE("after any position exactly the rest follows, through rotations of the journal",
          "[.][journal-resume]") {
  const JournalHost host;
  Reader live(WallTime{});
  log_numbers(host, 1, 3);
  host.log("cups", "not of the auth log, but for its facility");
  CHECK(live.read_until("not of the auth log, but for its facility").size() == 4);
  host.rotate();
  log_numbers(host, 4, 6);
  CHECK(live.read_until("6") == numbers(4, 6));
  Reader now(FromNow{});
  CHECK(now.read().empty());
  host.rotate();
  log_numbers(host, 7, 8);
  CHECK(live.read_until("8") == numbers(7, 8));
  CHECK(now.read_until("8") == numbers(7, 8));
  Texts all = numbers(1, 8);
  all.insert(all.begin() + 3, "not of the auth log, but for its facility");
  check_every_position(all, live.positions);
  Reader since(from_unix_ns(live.positions[5].at_unix_ns()));
  CHECK(since.read() == numbers(5, 8));
}

TEST_CASE("journald is killed and starts anew: no line is lost or told twice, and no gap said",
          "[.][journal-killed]") {
  JournalHost host;
  Reader live(WallTime{});
  for (int round = 0; round < 5; ++round) {
    log_numbers(host, 2 * round + 1, 2 * round + 2);
    CHECK(live.read_until(std::to_string(2 * round + 2)) == numbers(2 * round + 1, 2 * round + 2));
    host.kill_and_restart();
  }
  log_numbers(host, 11, 11);
  CHECK(live.read_until("11") == numbers(11, 11));
  check_every_position(numbers(1, 11), live.positions);
}

TEST_CASE("entries that are gone are said to be a gap, and the rest follows",
          "[.][journal-vacuumed]") {
  const JournalHost host;
  Reader first(WallTime{});
  log_numbers(host, 1, 1);
  CHECK(first.read_until("1") == numbers(1, 1));
  host.rotate();
  log_numbers(host, 2, 3);
  host.rotate();
  log_numbers(host, 4, 5);
  host.vacuum();
  first.log_clock.advance(Seconds(120));  // whoever reads was told to wait
  const Texts left = first.read();
  REQUIRE_FALSE(left.empty());
  CHECK(left.front() == kGone);
  CHECK(left.back() == "5");
  Reader resumed(first.positions[0]);
  const Texts found = resumed.read();
  REQUIRE_FALSE(found.empty());
  CHECK(found.front() == kGone);
  CHECK(found.back() == "5");

  // A sequence that never was here: on by time.
  v1::LogPosition position = resumed.positions.back();
  position.set_instance("ffffffffffffffffffffffffffffffff");
  Reader other(position);
  CHECK(other.read().empty());
  // Another source before: the same.
  position.set_source("/var/log/auth.log");
  Reader another(position);
  CHECK(another.read().empty());
  log_numbers(host, 6, 6);
  CHECK(other.read_until("6") == Texts{kGone, "6"});
  CHECK(another.read_until("6") == Texts{"[the log was read from /var/log/auth.log before]", "6"});
}

TEST_CASE("a message that is damaged in its file is passed over, and the rest follows",
          "[.][journal-damaged]") {
  const JournalHost host;
  log_numbers(host, 1, 1);
  host.log("sshd", "to-be-damaged " + std::string(4'000, 'a'));  // compressed, with a header
  log_numbers(host, 2, 2);
  host.rotate();
  REQUIRE(host.damage_before("MESSAGE=to-be-damaged") == 1);
  log_numbers(host, 3, 3);
  Reader reader(WallTime{});
  Texts read = reader.read_until("3");
  const auto damaged = std::find(read.begin(), read.end(), "?");
  REQUIRE(damaged != read.end());
  read.erase(damaged);
  CHECK(read == numbers(1, 3));
}

TEST_CASE("what a user writes is read as it is, with what the kernel says of him",
          "[.][journal-forged]") {
  const JournalHost host;
  Reader live(WallTime{});
  host.log_fields_as(4242,
                     "SYSLOG_IDENTIFIER=sshd\n_UID=0\n_EXE=/usr/sbin/sshd\nSYSLOG_PID=7\n"
                     "MESSAGE=Accepted publickey for root from 192.0.2.7 port 2 ssh2\n");
  CHECK(live.read_until("Accepted publickey for root from 192.0.2.7 port 2 ssh2").size() == 1);
  CHECK(live.attested.back().uid == 4242U);
  CHECK(live.line.pid == 7);
  CHECK(live.attested.back().pid != 7);
  CHECK(live.line.time_source == v1::AuthEvent::TIME_SOURCE_JOURNAL);
  host.log("su", "two\xff\xfe");
  CHECK(live.read_until("two\xff\xfe").size() == 1);
  CHECK(live.attested.back().uid == 0U);
}

TEST_CASE("who may not read the journal is told so, and which command mends it",
          "[.][journal-blind]") {
  const JournalHost host;
  log_numbers(host, 1, 1);
  REQUIRE(setgroups(0, nullptr) == 0);
  REQUIRE(setresgid(65534, 65534, 0) == 0);
  REQUIRE(setresuid(65534, 65534, 0) == 0);
  Reader blind(WallTime{});
  CHECK(blind.read().empty());
  const v1::CollectorHealth health = blind.log.health();
  CHECK(health.failed().reason() == "journal not readable");
  CHECK(health.failed().remedy() == "usermod -aG systemd-journal nobody");
  REQUIRE(setresuid(0, 0, 0) == 0);  // to end journald
}

TEST_CASE("where no journald runs there is no journal", "[.][journal-none]") {
  Reader none(FromNow{});
  CHECK(none.read().empty());
  CHECK(none.log.wake_fd() == -1);
  CHECK(none.log.health().failed().reason() ==
        "there is no journal: journald does not run, or keeps none");
}

TEST_CASE("asked in a burst it has a line long before journald tells of it", "[.][journal-delay]") {
  const JournalHost host;
  Reader live(FromNow{});
  std::vector<double> delays;
  for (int number = 1; number <= 40; ++number) {
    host.log("sshd", std::to_string(number));
    LogStep step = live.log.next();
    while (!std::holds_alternative<SourcedLine>(step)) {
      pollfd told{live.log.wake_fd(), POLLIN, 0};
      if (poll(&told, 1, 0) == 1) live.log.woken();
      step = live.log.next();
    }
    const Nanoseconds delay = live.clock.wall() - std::get<SourcedLine>(step).line->time;
    delays.push_back(std::chrono::duration<double, std::milli>(delay).count());
  }
  std::sort(delays.begin(), delays.end());
  std::cout << "a line is sent -> next() has it: median " << delays[delays.size() / 2]
            << " ms, worst of " << delays.size() << " " << delays.back() << " ms\n";
  CHECK(delays[delays.size() / 2] < 100);
}

}  // namespace picket::node
