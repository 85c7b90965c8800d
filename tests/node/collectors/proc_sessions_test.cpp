#include <cstdint>

#include "node/collectors/proc_sessions.h"

#include <unistd.h>

#include "tests/support/captured_host.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using test::CapturedHost;
using test::Process;
using test::pts;

std::vector<ProcFact> scan(const CapturedHost& host) {
  ProcSessions sessions(host.root());
  sessions.scan();
  return sessions.facts();
}

std::size_t count_with(const Process& process) {
  CapturedHost host;
  host.start(process);
  return scan(host).size();
}

}  // namespace

TEST_CASE("a process that leads a session on a terminal is a session") {
  CapturedHost host;
  host.start({.pid = 298, .parent = 50, .uid = 0, .command = "sshd"});
  host.start({.pid = 299, .parent = 298, .command = "sshd", .session = 298});
  host.start({.pid = 50, .uid = 0, .command = "sshd"});
  host.start({.pid = 300, .parent = 299, .tty = pts(3), .start_ticks = 12'345});
  host.start({.pid = 301, .parent = 300, .command = "vim", .tty = pts(3), .session = 300});
  const auto facts = scan(host);
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].pid == 300);
  CHECK(facts[0].tty == "pts/3");
  CHECK(facts[0].uid == 1000);
  CHECK(facts[0].start_ticks == 12'345);
  CHECK(facts[0].ancestors == std::vector<pid_t>{299, 298, 50});
  const int64_t per_second = sysconf(_SC_CLK_TCK);
  CHECK(facts[0].since_ns ==
        CapturedHost::kBooted * 1'000'000'000 + 12'345 * (1'000'000'000 / per_second));
}

TEST_CASE("processes that are no login are not listed") {
  CHECK(count_with({.pid = 7, .tty = pts(1)}) == 1);
  CHECK(count_with({.pid = 7}) == 0);                                      // no terminal
  CHECK(count_with({.pid = 7, .tty = pts(1), .session = 6}) == 0);         // not the leader
  CHECK(count_with({.pid = 7, .tty = pts(1), .state = 'Z'}) == 0);         // a zombie
  CHECK(count_with({.pid = 7, .tty = pts(1), .namespaced = "\t1"}) == 0);  // of a container
  CHECK(count_with({.pid = 7, .uid = 0, .command = "agetty", .tty = 0x401}) == 0);
  CHECK(count_with({.pid = 7, .uid = 0, .command = "login", .tty = 0x401}) == 0);
}

TEST_CASE("a user can't hide by calling his shell like a program that waits for logins") {
  CHECK(count_with({.pid = 7, .uid = 1000, .command = "agetty", .tty = pts(1)}) == 1);
  CHECK(count_with({.pid = 7, .uid = 1000, .command = "login", .tty = pts(1)}) == 1);
}

TEST_CASE("known sessions are looked at again without a look at all processes") {
  CapturedHost host;
  const Process shell{.pid = 300, .tty = pts(3)};
  host.start(shell);
  host.start({.pid = 400, .tty = pts(4)});
  ProcSessions sessions(host.root());
  sessions.scan();
  CHECK(sessions.facts().size() == 2);
  host.end(400);
  host.start({.pid = 500, .tty = pts(5)});
  sessions.recheck();
  REQUIRE(sessions.facts().size() == 1);
  CHECK(sessions.facts()[0].pid == 300);
  host.start({.pid = 300, .tty = pts(3), .start_ticks = 9999});  // the number given to another
  sessions.recheck();
  CHECK(sessions.facts().empty());
  sessions.scan();
  CHECK(sessions.facts().size() == 2);
}

TEST_CASE("a stepped clock does not move the time of a login that is known") {
  CapturedHost host;
  host.start({.pid = 300, .tty = pts(3)});
  ProcSessions sessions(host.root());
  sessions.scan();
  const int64_t since = sessions.facts().at(0).since_ns;
  host.write_file("/proc/stat", "btime 1700000000\n");
  sessions.scan();
  CHECK(sessions.facts().at(0).since_ns == since);
}

TEST_CASE("a logind is seen only if root runs it") {
  CapturedHost host;
  host.start({.pid = 60, .uid = 1000, .command = "systemd-logind"});
  ProcSessions sessions(host.root());
  sessions.scan();
  CHECK(sessions.logind_pid() == 0);
  host.start({.pid = 61, .uid = 0, .command = "systemd-logind"});
  sessions.scan();
  CHECK(sessions.logind_pid() == 61);
  host.start({.pid = 61, .uid = 0, .command = "systemd-logind", .state = 'Z'});
  sessions.scan();
  CHECK(sessions.logind_pid() == 0);
}

TEST_CASE("a /proc that hides other users' processes can't see, and one that is missing neither") {
  CapturedHost host;
  CHECK(probe_proc(host.root()).usable);
  host.end(1);
  const SourceState hidden = probe_proc(host.root());
  CHECK_FALSE(hidden.usable);
  CHECK(hidden.detail.find("hidepid") != std::string::npos);
  CHECK(hidden.remedy.find("mount -o remount,hidepid=0") == 0);
  host.remove_file("/proc");
  CHECK_FALSE(probe_proc(host.root()).usable);
  CHECK(scan(host).empty());
}

TEST_CASE("a circle of parents, which can't be, ends") {
  CapturedHost host;
  host.start({.pid = 10, .parent = 11});
  host.start({.pid = 11, .parent = 10});
  CHECK(ancestors_of(host.root(), 10).size() == 32);
  CHECK(ancestors_of(host.root(), 77).empty());
}

}  // namespace picket::node
