// The sessions collector beside real logins: sshd, utmp, systemd-logind. Each case wants a host of
// its own (tests/support/throwaway_host), and is hidden from a run of all.
#include "node/collectors/sessions.h"

#include <grp.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <iostream>

#include "common/system_clock.h"
#include "common/worker.h"
#include "node/collectors/nss_lookup.h"
#include "node/collectors/small_file.h"
#include "node/collectors/utmp_sessions.h"
#include "tests/support/catch.h"
#include "tests/support/change_times.h"
#include "tests/support/command.h"
#include "tests/support/login_host.h"

namespace picket::node {
namespace {

using test::ChangeTimes;
using test::Child;
using test::LoginHost;
using Texts = std::vector<std::string>;
using Rows = google::protobuf::RepeatedPtrField<v1::Session>;

// The collector as the agent runs it, its values as they came.
class Watch {
 public:
  Watch() {
    collector_.start([this](v1::ResourceValue value) {
      values.push_back(std::move(value));
      times.push_back(clock_.steady());
    });
    until([this] { return !values.empty(); });
  }

  template <typename Condition>
  void until(Condition condition) {
    const SteadyTime deadline = clock_.steady() + Seconds(20);
    while (!condition()) {
      REQUIRE(clock_.steady() < deadline);
      loop_.run_one_for(Milliseconds(100));
    }
  }
  void run_for(Milliseconds time) { loop_.run_for(time); }
  void until_rows(int count) {
    until([&] { return rows().size() == count; });
  }
  const Rows& rows() const { return values.back().sessions().rows(); }
  Texts sources() const {
    const auto& used = values.back().health().ok().sources();
    return {used.begin(), used.end()};
  }
  // A login is complete when every source that can tell of it has.
  void until_told_by(const Texts& told) {
    until([&] {
      return !rows().empty() &&
             Texts(rows()[0].sources().begin(), rows()[0].sources().end()) == told;
    });
  }
  v1::ResourceValue refreshed() {
    std::optional<v1::ResourceValue> answer;
    collector_.refresh([&](v1::ResourceValue value) { answer = std::move(value); });
    until([&] { return answer.has_value(); });
    return *answer;
  }

  std::vector<v1::ResourceValue> values;
  std::vector<SteadyTime> times;

 private:
  asio::io_context loop_;
  const SystemClock clock_;
  Worker worker_{loop_.get_executor(), 16};
  NssLookup names_{loop_.get_executor(), worker_};
  LogFeeds log_feeds_;
  ExecutionFeeds executions_;
  SessionsCollector collector_{{loop_, clock_, names_, log_feeds_, executions_, "/"}};
};

// No value on the way ever showed more, and the one session never changed its name.
void check_never_doubled(const Watch& watch, int count_max) {
  for (const v1::ResourceValue& value : watch.values)
    CHECK(value.sessions().rows_size() <= count_max);
}

void check_one_key(const Watch& watch) {
  std::string key;
  for (const v1::ResourceValue& value : watch.values) {
    for (const v1::Session& row : value.sessions().rows()) {
      if (key.empty()) key = row.key();
      CHECK(row.key() == key);
    }
  }
}

// How long after `changes` had a login the collector told of it. The collector is often ahead of
// the thread that measures: that is no delay.
void measure(Watch& watch, const LoginHost& host, ChangeTimes& changes, const std::string& what) {
  std::vector<double> delays;
  for (int login = 0; login < 20; ++login) {
    watch.run_for(Milliseconds(50));  // the thread, too, has seen the last login end
    const std::size_t before = watch.values.size();
    const SteadyTime began = SystemClock().steady();
    const Child shell = host.log_in("127.0.0.1");
    watch.until_rows(1);
    const SteadyTime told = watch.times.at(before);
    const Nanoseconds delay = told - changes.first_after(began).value_or(told);
    delays.push_back(std::max(0.0, std::chrono::duration<double, std::milli>(delay).count()));
    shell.type("exit\n");
    watch.until_rows(0);
  }
  std::sort(delays.begin(), delays.end());
  std::cout << what << " has a login -> published: median " << delays[delays.size() / 2]
            << " ms, worst of " << delays.size() << " " << delays.back() << " ms\n";
}

}  // namespace

TEST_CASE("logins from IPv4 and IPv6 are told by utmp and proc, each once, and end when they end",
          "[.][utmp]") {
  LoginHost host;
  host.make_utmp();
  host.start_sshd();
  Watch watch;
  CHECK(watch.sources() == Texts{"utmp", "proc"});
  CHECK(watch.rows().empty());
  const Child first = host.log_in("127.0.0.1");
  watch.until_told_by({"utmp", "proc"});
  check_one_key(watch);
  const v1::Session row = watch.rows()[0];
  CHECK(row.user() == "alice");
  CHECK(row.uid() == 4242);
  CHECK(row.remote_host() == "127.0.0.1");
  CHECK(row.tty().starts_with("pts/"));
  CHECK(row.leader_pid() > 0);
  CHECK(watch.refreshed().sessions().rows(0).has_idle_ms());
  const Child second = host.log_in("::1");
  watch.until_rows(2);
  CHECK(watch.rows()[1].remote_host() == "::1");
  first.type("exit\n");
  watch.until_rows(1);
  CHECK(watch.rows()[0].remote_host() == "::1");
  second.type("exit\n");
  watch.until_rows(0);
  check_never_doubled(watch, 2);
}

TEST_CASE("a killed sshd leaves its record in utmp: what it says counts no more", "[.][killed]") {
  LoginHost host;
  host.make_utmp();
  host.start_sshd();
  Watch watch;
  const Child shell = host.log_in("127.0.0.1");
  watch.until_told_by({"utmp", "proc"});
  const auto leader = static_cast<pid_t>(watch.rows()[0].leader_pid());
  kill(leader, SIGKILL);
  // The unprivileged half of sshd still serves the connection: alice is on, and it is the same
  // session.
  watch.until_told_by({"proc"});
  check_one_key(watch);
  kill(static_cast<pid_t>(watch.rows()[0].leader_pid()), SIGKILL);
  watch.until_rows(0);
  const auto left = parse_utmp(read_small_file(kUtmpPath, kUtmpBytesMax).bytes);
  CHECK(std::any_of(left.begin(), left.end(),
                    [&](const UtmpFact& fact) { return fact.pid == leader; }));
}

TEST_CASE("logins told by the real logind get their terminal from utmp, one row each",
          "[.][logind]") {
  LoginHost host;
  host.make_utmp();
  host.start_logind();
  host.start_sshd();
  Watch watch;
  CHECK(watch.sources() == Texts{"logind", "utmp", "proc"});
  CHECK(watch.rows().empty());
  const Child shell = host.log_in("::1");
  watch.until_told_by({"logind", "utmp"});
  const v1::Session row = watch.rows()[0];
  CHECK(row.key().starts_with("logind:"));
  CHECK(row.user() == "alice");
  CHECK(row.uid() == 4242);
  CHECK(row.service() == "sshd");
  CHECK(row.class_() == "user");
  CHECK(row.remote_host() == "::1");
  CHECK(row.tty().starts_with("pts/"));
  shell.type("exit\n");
  watch.until_rows(0);
  check_never_doubled(watch, 1);
  check_one_key(watch);
  const Child command = host.run_without_terminal("127.0.0.1");
  watch.until_rows(1);
  CHECK(watch.rows()[0].tty().empty());
  CHECK(watch.rows()[0].user() == "alice");
}

TEST_CASE("SM8: with logind but no utmp, as on Debian 13, proc tells the terminal",
          "[.][logind-without-utmp]") {
  LoginHost host;
  host.start_logind();
  host.start_sshd();
  Watch watch;
  CHECK(watch.sources() == Texts{"logind", "proc"});
  const Child shell = host.log_in("127.0.0.1");
  watch.until_told_by({"logind", "proc"});
  CHECK(watch.rows()[0].tty().starts_with("pts/"));
  CHECK(watch.rows()[0].remote_host() == "127.0.0.1");
  check_never_doubled(watch, 1);
  check_one_key(watch);
  shell.type("exit\n");
  watch.until_rows(0);
}

TEST_CASE("SM8: with neither utmp nor logind the shell on a terminal is the session", "[.][proc]") {
  LoginHost host;
  host.start_sshd();
  Watch watch;
  CHECK(watch.sources() == Texts{"proc"});
  const Child shell = host.log_in("127.0.0.1");
  watch.until_rows(1);
  CHECK(watch.rows()[0].user() == "alice");
  CHECK(watch.rows()[0].tty().starts_with("pts/"));
  CHECK(watch.rows()[0].since_unix_ns() > 0);
  const Child script = host.log_in("127.0.0.1");
  watch.until_rows(2);
  script.type("exec script -qc 'exec cat' /dev/null\n");  // a terminal within: no third session
  shell.type("exit\n");
  watch.until_rows(1);
  check_never_doubled(watch, 2);
}

TEST_CASE("a login is told of within moments of utmp's having it", "[.][utmp-delay]") {
  LoginHost host;
  host.make_utmp();
  host.start_sshd();
  Watch watch;
  ChangeTimes changes("/run", "utmp");
  measure(watch, host, changes, "utmp");
}

TEST_CASE("a login is told of within moments of logind's having it", "[.][logind-delay]") {
  LoginHost host;
  host.start_logind();
  host.start_sshd();
  Watch watch;
  ChangeTimes changes("/run/systemd/sessions", "");
  measure(watch, host, changes, "logind");
}

TEST_CASE("where nothing shows other users' logins, the collector says so and what mends it",
          "[.][blind]") {
  REQUIRE(test::run({"mount", "-o", "remount,hidepid=2", "/proc"}).status == 0);
  REQUIRE(setgroups(0, nullptr) == 0);  // root's group sees all, too
  REQUIRE(setresgid(65534, 65534, 65534) == 0);
  REQUIRE(setresuid(65534, 65534, 65534) == 0);
  const Watch watch;
  const v1::CollectorHealth& health = watch.values.back().health();
  REQUIRE(health.has_failed());
  CHECK(health.failed().remedy() == "mount -o remount,hidepid=0 /proc");
  CHECK_FALSE(watch.values.back().has_sessions());
}

}  // namespace picket::node
