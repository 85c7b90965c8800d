#include <cstdint>

#include "node/collectors/sessions.h"

#include <utime.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "common/system_clock.h"
#include "node/collectors/utmp_sessions.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"
#include "tests/support/utmp_records.h"

namespace picket::node {
namespace {

using test::CapturedHost;
using test::pts;
using test::utmp_record;

// Knows 1000 and 1001; answers later, as it must.
class TwoNames final : public NameLookup {
 public:
  explicit TwoNames(asio::io_context& loop) : loop_(loop) {}
  void lookup(uint32_t uid, Done done) override {
    asio::post(loop_, [uid, done] {
      if (uid == 1000) return done("alice");
      if (uid == 1001) return done("bob");
      done(std::nullopt);
    });
  }
  void lookup_uid(const std::string& /*name*/, UidDone done) override {
    asio::post(loop_, [done] { done(std::nullopt); });
  }

 private:
  asio::io_context& loop_;
};

// The collector on a made-up host, its values as they come.
class Watch {
 public:
  explicit Watch(const CapturedHost& host, Milliseconds safety_poll = Seconds(3600))
      : collector(
            {loop, clock, names, log_feeds, executions, host.root()},
            {.safety_poll = safety_poll, .alive = [&host](pid_t pid) { return host.alive(pid); }}) {
    collector.start([this](v1::ResourceValue value) { values.push_back(std::move(value)); });
  }

  // Runs until there are `count` values.
  const v1::ResourceValue& value(std::size_t count) {
    while (values.size() < count) REQUIRE(loop.run_one_for(Seconds(10)) == 1);
    REQUIRE(values.size() == count);
    return values.back();
  }
  v1::ResourceValue refreshed() {
    std::optional<v1::ResourceValue> answer;
    collector.refresh([&](v1::ResourceValue value) { answer = std::move(value); });
    CHECK_FALSE(answer);
    while (!answer) REQUIRE(loop.run_one_for(Seconds(10)) == 1);
    return *answer;
  }

  asio::io_context loop;
  const SystemClock clock;
  TwoNames names{loop};
  LogFeeds log_feeds;
  ExecutionFeeds executions;
  std::vector<v1::ResourceValue> values;
  SessionsCollector collector;
};

std::vector<std::string> sources(const v1::ResourceValue& value) {
  return {value.health().ok().sources().begin(), value.health().ok().sources().end()};
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("SM7: the first value is the whole of who is on, with health and sources") {
  CapturedHost host;
  host.start({.pid = 298, .uid = 0, .command = "sshd"});
  host.start({.pid = 300, .parent = 298, .tty = pts(3)});
  host.write_file(kUtmpPath, utmp_record({.address = "192.0.2.7", .pid = 298}));
  Watch watch(host);
  const v1::ResourceValue value = watch.value(1);
  CHECK(value.resource() == "sessions");
  CHECK(value.at_unix_ns() > 0);
  CHECK(sources(value) == Texts{"utmp", "proc"});
  CHECK(value.health().ok().last_success_unix_ns() > 0);
  REQUIRE(value.sessions().rows_size() == 1);
  CHECK(value.sessions().rows(0).user() == "alice");
  CHECK(value.sessions().rows(0).remote_host() == "192.0.2.7");
  CHECK_FALSE(value.sessions().rows(0).has_idle_ms());
}

TEST_CASE("a login and its end are told by utmp without any poll") {
  CapturedHost host;
  host.write_file(kUtmpPath, "");
  Watch watch(host);
  CHECK(watch.value(1).sessions().rows().empty());
  host.start({.pid = 298, .uid = 0, .command = "sshd"});
  host.append_file(kUtmpPath, utmp_record({.pid = 298}));
  REQUIRE(watch.value(2).sessions().rows_size() == 1);
  host.append_file(kUtmpPath, "torn");  // not yet a record
  host.write_file(kUtmpPath,
                  utmp_record({.pid = 298, .type = DEAD_PROCESS}));  // replaced as a whole
  CHECK(watch.value(3).sessions().rows().empty());
}

TEST_CASE("SM8: a host without utmp has its logins from proc, named, and hears of a new terminal") {
  CapturedHost host;
  Watch watch(host);
  CHECK(sources(watch.value(1)) == Texts{"proc"});
  host.start({.pid = 300, .tty = pts(3)});
  host.open_terminal(3);
  const v1::ResourceValue opened = watch.value(2);
  REQUIRE(opened.sessions().rows_size() == 1);
  CHECK(opened.sessions().rows(0).user() == "alice");
  CHECK(opened.sessions().rows(0).uid() == 1000);
  CHECK(opened.sessions().rows(0).sources(0) == "proc");
  host.end(300);
  host.close_terminal(3);
  CHECK(watch.value(3).sessions().rows().empty());
}

TEST_CASE("a shell that takes its terminal only after the hint is found within the burst") {
  CapturedHost host;
  Watch watch(host);
  (void)watch.value(1);
  host.open_terminal(3);
  watch.loop.run_one_for(Seconds(1));  // the hint
  host.start({.pid = 300, .tty = pts(3)});
  CHECK(watch.value(2).sessions().rows_size() == 1);
}

TEST_CASE("utmp that appears later is used from then on, and its loss is said") {
  CapturedHost host;
  host.start({.pid = 298, .uid = 0, .command = "sshd"});
  host.start({.pid = 300, .parent = 298, .tty = pts(3)});
  Watch watch(host);
  const std::string key = watch.value(1).sessions().rows(0).key();
  CHECK(key == "proc:pts/3@300.5000");
  host.write_file(kUtmpPath, utmp_record({.pid = 298}));
  const v1::ResourceValue both = watch.value(2);
  CHECK(sources(both) == Texts{"utmp", "proc"});
  REQUIRE(both.sessions().rows_size() == 1);
  CHECK(both.sessions().rows(0).key() == key);  // neither a close nor an open
  host.remove_file(kUtmpPath);
  CHECK(sources(watch.value(3)) == Texts{"proc"});
  CHECK(watch.value(3).sessions().rows(0).key() == key);
}

TEST_CASE("nobody is on and I can't see are different values, recovery is told too") {
  CapturedHost blind;
  blind.end(1);  // hidepid
  Watch watch(blind);
  const v1::ResourceValue value = watch.value(1);
  REQUIRE(value.health().has_failed());
  CHECK_FALSE(value.has_sessions());
  CHECK(value.health().failed().reason().find("hidepid") != std::string::npos);
  CHECK(value.health().failed().reason().find("utmp") != std::string::npos);
  CHECK(value.health().failed().remedy().find("mount -o remount,hidepid=0") == 0);
  blind.write_file(kUtmpPath, "");
  const v1::ResourceValue empty = watch.value(2);
  REQUIRE(empty.health().has_ok());
  CHECK(empty.has_sessions());
  CHECK(sources(empty) == Texts{"utmp"});
}

TEST_CASE("SM7: what did not change is not sent again") {
  CapturedHost host;
  host.write_file(kUtmpPath, "");
  host.start({.pid = 300, .tty = pts(3)});
  Watch watch(host, Milliseconds(1));
  (void)watch.value(1);
  host.append_file(kUtmpPath, utmp_record({.type = DEAD_PROCESS}));
  for (int turn = 0; turn < 50; ++turn) watch.loop.run_one_for(Seconds(1));
  CHECK(watch.values.size() == 1);
}

TEST_CASE("the safety poll finds what no event told of") {
  CapturedHost host;
  Watch watch(host, Milliseconds(5));
  (void)watch.value(1);
  host.start({.pid = 300, .tty = pts(3)});  // no terminal opened that we hear of
  CHECK(watch.value(2).sessions().rows_size() == 1);
}

TEST_CASE("a new interval of the safety poll counts at once") {
  const CapturedHost host;
  Watch watch(host);
  (void)watch.value(1);
  host.start({.pid = 300, .tty = pts(3)});  // no terminal opened that we hear of
  watch.collector.set_safety_poll(Milliseconds(5));
  CHECK(watch.value(2).sessions().rows_size() == 1);
}

TEST_CASE("a refresh brings idle times, and is never an update") {
  CapturedHost host;
  host.start({.pid = 300, .tty = pts(3)});
  host.start({.pid = 400, .tty = pts(4)});  // its terminal is not there
  host.open_terminal(3);
  Watch watch(host);
  (void)watch.value(1);
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const utimbuf typed{now - 60, now};
  REQUIRE(utime((host.root() / "dev/pts/3").c_str(), &typed) == 0);
  const v1::ResourceValue refreshed = watch.refreshed();
  REQUIRE(refreshed.sessions().rows_size() == 2);
  CHECK(refreshed.sessions().rows(0).idle_ms() >= 60'000);
  CHECK(refreshed.sessions().rows(0).idle_ms() < 90'000);
  CHECK_FALSE(refreshed.sessions().rows(1).has_idle_ms());
  const utimbuf ahead{now + 60, now};
  REQUIRE(utime((host.root() / "dev/pts/3").c_str(), &ahead) == 0);
  CHECK(watch.refreshed().sessions().rows(0).idle_ms() == 0);
  CHECK(watch.values.size() == 1);
}

TEST_CASE("a stopped collector says nothing more, and can be stopped while it tells") {
  CapturedHost host;
  Watch watch(host);
  watch.collector.stop();
  watch.loop.run_for(Seconds(1));
  CHECK(watch.values.empty());
  int told = 0;
  watch.loop.restart();
  watch.collector.start([&](const v1::ResourceValue&) {
    ++told;
    watch.collector.stop();
  });
  watch.loop.run_for(Seconds(10));
  CHECK(told == 1);
}

TEST_CASE("two thousand sessions are published, in the order of their logins") {
  CapturedHost host;
  std::string file;
  for (int number = 0; number < 2000; ++number) {
    const std::string tty = "pts/" + std::to_string(number);
    file += utmp_record({.tty = tty, .pid = 1, .seconds = 2'000'000 - number});
  }
  host.write_file(kUtmpPath, file);
  Watch watch(host);
  const v1::ResourceValue value = watch.value(1);
  REQUIRE(value.sessions().rows_size() == 2000);
  CHECK(value.sessions().rows(0).tty() == "pts/1999");
  CHECK(value.sessions().rows(1999).tty() == "pts/0");
}

TEST_CASE("the registry's rows are sorted, and each makes the collector of its name") {
  asio::io_context loop;
  const SystemClock clock;
  TwoNames names(loop);
  LogFeeds log_feeds;
  ExecutionFeeds executions;
  std::string_view before;
  for (const CollectorRow& row : collectors()) {
    CHECK(before < row.resource);
    before = row.resource;
    CHECK(row.make({loop, clock, names, log_feeds, executions, "/"})->resource() == row.resource);
  }
}

}  // namespace picket::node
