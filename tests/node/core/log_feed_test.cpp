#include "node/core/log_feed.h"

#include <cstdint>
#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/fake_log.h"
#include "tests/support/memory_bookmark.h"
#include "tests/support/virtual_clock.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;
using Users = std::vector<std::string>;

constexpr uint64_t kManyGranted = 1000;

v1::LogPosition position(const std::string& instance, uint64_t offset, int64_t at = 0) {
  v1::LogPosition position;
  position.set_source("journald");
  position.set_instance(instance);
  position.set_offset(offset);
  position.set_part(1);
  position.set_at_unix_ns(at);
  return position;
}

struct Fixture : LogFeedLink {
  Fixture() { feeds.set_host(&host); }
  ~Fixture() override { feeds.set_host(nullptr); }

  void on_log_ready() override { ++ready; }
  void on_log_health() override { ++health; }

  void log_failures(int from, int to) {
    for (int user = from; user <= to; ++user) {
      clock.advance(1s);
      log.add_failure("user" + std::to_string(user), clock.wall());
    }
  }
  void welcome(const std::vector<v1::LogPosition>& positions = {},
               uint64_t granted = kManyGranted) {
    v1::Welcome welcome;
    welcome.mutable_positions()->Assign(positions.begin(), positions.end());
    welcome.set_log_events_granted(granted);
    feed.on_welcome(*this, welcome);
    take();  // opens the log
  }
  void grant(uint64_t events) {
    v1::LogGranted granted;
    granted.set_events(events);
    feed.on_granted(granted);
  }
  void acknowledge(const v1::LogPosition& until) {
    v1::LogAcknowledged acknowledged;
    *acknowledged.mutable_position() = until;
    feed.on_acknowledged(acknowledged);
  }
  /// All messages there are; the users and gaps in them are kept for told().
  std::vector<v1::LogEvents> take() {
    std::vector<v1::LogEvents> messages;
    while (auto message = feed.next()) {
      for (const auto& event : message->events()) {
        v1::Event read;
        REQUIRE(read.ParseFromString(event.event()));
        users.push_back(read.has_gap() ? "gap" : read.auth().user());
      }
      messages.push_back(*std::move(message));
    }
    return messages;
  }
  Users told() {
    take();
    return std::exchange(users, {});
  }
  v1::ResourceValue value() const {
    v1::ResourceValue value;
    value.mutable_health()->mutable_ok();
    feed.add_health(value);
    feed.add_counts(value);
    return value;
  }

  test::VirtualClock clock;
  test::FakeLog log;
  int wakes = 0;
  test::FakeLogHost host{log, [this] { ++wakes; }};
  LogFeeds feeds;
  test::MemoryBookmark bookmark;
  LogFeed feed{feeds, clock, bookmark};
  Users users;
  int ready = 0;
  int health = 0;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a log is told from the first welcome on, each line with its place") {
  log_failures(1, 2);
  welcome();
  CHECK(told().empty());
  log_failures(3, 4);
  const auto messages = take();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].source() == "journald");
  CHECK(messages[0].instance() == log.instance());
  REQUIRE(messages[0].events_size() == 2);
  CHECK(messages[0].events(1).offset() == 4);
  CHECK(messages[0].events(1).part() == 1);
  CHECK(messages[0].events(1).at_unix_ns() == to_unix_ns(log.lines[3].time));
  CHECK(messages[0].read_through() == 4);
  CHECK(users == Users{"user3", "user4"});
}

TEST_CASE_METHOD(Fixture, "the hub's position decides where the log is told from") {
  log_failures(1, 5);
  bookmark.position = position(log.instance(), 1);
  welcome({position(log.instance(), 3)});
  CHECK(told() == Users{"user4", "user5"});
}

TEST_CASE("a gap's reason is short, whatever of a hub's own words it quotes") {
  LogBatch batch;
  const std::string long_text(limits::kFrameBytesMax, 'x');
  batch.add("journald", {std::nullopt, "instance", 1, LogGap{long_text, {}, {}}}, nullptr);
  v1::Event event;
  REQUIRE(event.ParseFromString(batch.events().events(0).event()));
  CHECK(event.gap().reason().size() == limits::kTextBytesMax);
}

TEST_CASE("the bookmark counts where the hub remembers nothing") {
  Fixture test;
  test.log_failures(1, 5);
  test.bookmark.position = position(test.log.instance(), 2);
  LogFeed feed(test.feeds, test.clock, test.bookmark);
  v1::Welcome welcome;
  welcome.set_log_events_granted(kManyGranted);
  feed.on_welcome(test, welcome);
  const auto message = feed.next();
  REQUIRE(message);
  CHECK(message->events(0).offset() == 3);
}

TEST_CASE_METHOD(Fixture, "a link that ends before anything was stored loses nothing") {
  welcome();
  feed.on_closed();
  log_failures(1, 2);
  welcome();
  CHECK(told() == Users{"user1", "user2"});
  feed.on_closed();  // sent, and never acknowledged
  welcome();
  CHECK(told() == Users{"user1", "user2"});
  acknowledge(position(log.instance(), 1, to_unix_ns(log.lines[0].time)));
  feed.on_closed();
  welcome();
  CHECK(told() == Users{"user2"});
}

TEST_CASE_METHOD(Fixture, "nothing is read beyond what was granted") {
  welcome({}, 3);
  log_failures(1, 5);
  CHECK(told() == Users{"user1", "user2"});  // a third line might have a gap before it
  grant(4);
  CHECK(told() == Users{"user3"});
  grant(100);
  CHECK(told() == Users{"user4", "user5"});
}

TEST_CASE_METHOD(Fixture, "a gap is told before the line after it, in the same message") {
  welcome();
  log_failures(1, 1);
  CHECK(told() == Users{"user1"});
  log_failures(2, 4);
  log.take_away_first();
  log.take_away_first();
  log.take_away_first();
  const auto messages = take();
  REQUIRE(messages.size() == 1);
  CHECK(users == Users{"gap", "user4"});
  CHECK(messages[0].events(0).part() == 0);
  CHECK(messages[0].events(0).offset() == messages[0].events(1).offset());
  v1::Event gap;
  REQUIRE(gap.ParseFromString(messages[0].events(0).event()));
  CHECK(gap.kind() == "log.gap");
  CHECK(gap.gap().source() == "journald");
  CHECK(gap.gap().from_unix_ns() > 0);
  CHECK(gap.gap().to_unix_ns() == to_unix_ns(log.lines[0].time));
}

TEST_CASE_METHOD(Fixture, "each instance has messages of its own") {
  welcome();
  log_failures(1, 2);
  log.rotate();
  log_failures(3, 3);
  const auto messages = take();
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].instance() != messages[1].instance());
  CHECK(messages[1].read_through() == 1);
  CHECK(users == Users{"user1", "user2", "user3"});
}

TEST_CASE_METHOD(Fixture, "how far was read is told now and then where no line is an event") {
  welcome();
  log.add("Server listening on :: port 22.", clock.wall());
  CHECK(take().empty());
  clock.advance(31s);
  const auto messages = take();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].events_size() == 0);
  CHECK(messages[0].read_through() == 1);
  clock.advance(31s);
  CHECK(take().empty());
}

TEST_CASE_METHOD(Fixture, "a message that has no event takes as much of the grant as one") {
  welcome({}, 3);
  const auto messages_after_a_line = [&] {
    log.add("Server listening on :: port 22.", clock.wall());
    take();
    clock.advance(31s);
    return take().size();
  };
  CHECK(messages_after_a_line() == 1);
  CHECK(messages_after_a_line() == 1);
  CHECK(messages_after_a_line() == 0);
  grant(4);
  CHECK(take().size() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "what the hub could not store is told again, with the round it asked in") {
  welcome();
  log_failures(1, 4);
  CHECK(told().size() == 4);
  v1::LogAgain again;
  *again.add_positions() = position(log.instance(), 2, to_unix_ns(log.lines[1].time));
  *again.add_positions() = position("never stored", 0);
  again.set_round(1);
  feed.on_again(again);
  const auto messages = take();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].round() == 1);
  CHECK(users == Users{"user3", "user4"});
}

TEST_CASE_METHOD(Fixture, "if nothing at all was stored, the log is told again from its begin") {
  welcome();
  log_failures(1, 2);
  CHECK(told().size() == 2);
  v1::LogAgain again;
  *again.add_positions() = position(log.instance(), 0);
  again.set_round(1);
  feed.on_again(again);
  CHECK(told() == Users{"user1", "user2"});
}

TEST_CASE_METHOD(Fixture, "what the hub wants again is told once the log can be read again") {
  welcome();
  log_failures(1, 3);
  CHECK(told().size() == 3);
  host.is_readable = false;
  feeds.reopen();
  CHECK(told().empty());
  v1::LogAgain again;
  *again.add_positions() = position(log.instance(), 1, to_unix_ns(log.lines[0].time));
  again.set_round(1);
  feed.on_again(again);
  host.is_readable = true;
  feeds.reopen();
  CHECK(told() == Users{"user2", "user3"});
}

TEST_CASE_METHOD(Fixture, "a log that takes another's place goes on after what was read of that") {
  welcome();
  log_failures(1, 1);
  CHECK(told() == Users{"user1"});
  feeds.reopen();
  log_failures(2, 2);
  CHECK(told() == Users{"user2"});
}

TEST_CASE_METHOD(Fixture, "a log that can't be read yet is told from the welcome on once it can") {
  host.is_readable = false;
  welcome();
  CHECK(told().empty());
  host.is_readable = true;
  feeds.reopen();
  CHECK(told().empty());
  log_failures(1, 1);
  CHECK(told() == Users{"user1"});
}

TEST_CASE_METHOD(Fixture, "a flood is told of: how far behind, and that it is over") {
  welcome({}, 2);
  log_failures(1, 10);
  CHECK(told() == Users{"user1"});
  CHECK(value().health().ok().throttled_behind_ms() == 0);
  clock.advance(3s);
  take();
  CHECK(health == 1);
  CHECK(value().health().ok().throttled_behind_ms() >= 12'000);
  CHECK(value().auth_log().behind_ms() >= 12'000);
  grant(kManyGranted);
  CHECK(told().size() == 9);
  CHECK(health == 2);
  CHECK(value().health().ok().throttled_behind_ms() == 0);
}

TEST_CASE_METHOD(Fixture, "the value says how far was read, and what the lines were") {
  welcome();
  log_failures(1, 2);
  log.add("Server listening on :: port 22.", clock.wall());
  log.add("something that no sshd says", clock.wall());
  take();
  const v1::AuthLog read = value().auth_log();
  CHECK(read.source() == "journald");
  CHECK(read.offset() == 4);
  CHECK(read.lines() == 4);
  CHECK(read.events() == 2);
  CHECK(read.ignored() == 1);
  CHECK(read.unparsed() == 1);
}

TEST_CASE_METHOD(Fixture, "a long log is read in pieces") {
  welcome();
  for (int i = 0; i < 3 * limits::kLogLinesAtOnce; ++i) {
    log.add("Server listening on :: port 22.", clock.wall());
  }
  CHECK(take().empty());
  CHECK(wakes == 1);
  CHECK(value().auth_log().lines() == limits::kLogLinesAtOnce);
}

TEST_CASE_METHOD(Fixture, "a message has a bounded number of events") {
  welcome();
  log_failures(1, 600);
  const auto messages = take();
  CHECK(messages.size() == 3);
  for (const auto& message : messages) CHECK(message.events_size() <= limits::kLogBatchEventsMax);
  CHECK(users.size() == 600);
}

TEST_CASE_METHOD(Fixture, "an acknowledgement of what no node says is not remembered") {
  welcome();
  acknowledge(position(std::string(2000, 'i'), 1));
  feed.on_closed();
  CHECK(bookmark.position->instance().empty());
}

TEST_CASE_METHOD(Fixture,
                 "the bookmark is saved where it begins, then once a minute, and at the end") {
  welcome();
  CHECK(bookmark.saves == 1);
  log_failures(1, 3);
  acknowledge(position(log.instance(), 1));
  acknowledge(position(log.instance(), 2));
  CHECK(bookmark.saves == 2);
  CHECK(bookmark.position->offset() == 1);
  clock.advance(61s);
  acknowledge(position(log.instance(), 2));
  CHECK(bookmark.position->offset() == 2);
  acknowledge(position(log.instance(), 3));
  feed.on_closed();
  CHECK(bookmark.position->offset() == 3);
}

TEST_CASE_METHOD(Fixture, "a login by key waits until it is known what the key is called") {
  const std::string accepted = "Accepted publickey for alice from 192.0.2.7 port 22 ssh2: ED25519 ";
  const std::string fingerprint = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA";
  const auto key_names = [this] {
    std::vector<std::string> names;
    for (const auto& message : take()) {
      for (const auto& event : message.events()) {
        v1::Event read;
        REQUIRE(read.ParseFromString(event.event()));
        names.push_back(read.kind() + " " + read.auth().key_name());
      }
    }
    return names;
  };
  welcome();
  host.key_name.is_coming = true;
  log.add(accepted + fingerprint, clock.wall());
  log.add("Failed publickey for alice from 192.0.2.7 port 22 ssh2: ED25519 " + fingerprint,
          clock.wall());
  CHECK(take().empty());
  host.key_name = {"alice@laptop", false};
  CHECK(key_names() == std::vector<std::string>{"ssh.accepted alice@laptop", "ssh.failed "});
  host.key_name = {};
  log.add(accepted + fingerprint, clock.wall());
  CHECK(key_names() == std::vector<std::string>{"ssh.accepted "});
}

}  // namespace picket::node
