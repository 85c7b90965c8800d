#include "node/doctor.h"

#include "tests/support/captured_host.h"
#include "tests/support/catch.h"
#include "tests/support/utmp_records.h"

namespace picket::node {
namespace {

using State = Finding::State;

}  // namespace

TEST_CASE("the doctor names each source of sessions, how it is, and the command that mends it") {
  test::CapturedHost host;
  auto findings = examine(host.root());
  REQUIRE(findings.size() == 7);
  CHECK(findings[0].source == "journald");
  CHECK(findings[0].state == State::kAbsent);
  CHECK(findings[1].source == "file");
  CHECK(findings[1].state == State::kAbsent);
  CHECK_FALSE(can_see(findings, "auth_log"));
  CHECK(findings[2].source == "logind");
  CHECK(findings[2].state == State::kAbsent);
  CHECK(findings[3].source == "utmp");
  CHECK(findings[3].state == State::kAbsent);
  CHECK(findings[3].remedy.empty());
  CHECK(findings[4].source == "proc");
  CHECK(findings[4].state == State::kGood);
  CHECK(can_see(findings, "sessions"));
  CHECK(findings[5].resource == "key_names");
  CHECK(findings[5].detail == "no sshd on this host");
  CHECK(findings[6].source == "watcher");
  CHECK(findings[6].detail == "no interface on this host");
  CHECK(can_see(findings, "wireguard"));
}

TEST_CASE("a source that is there but can't see is told from one that is not there") {
  test::CapturedHost host;
  host.end(1);                         // /proc hides others' processes
  host.write_file("/run/utmp/x", "");  // not a file
  const auto findings = examine(host.root());
  CHECK(findings.at(3).state == State::kUnreadable);
  CHECK(findings.at(4).state == State::kUnreadable);
  CHECK_FALSE(findings.at(4).remedy.empty());
  CHECK_FALSE(can_see(findings, "sessions"));
  CHECK_FALSE(can_see(findings, "no such resource"));
}

TEST_CASE("a readable auth log is good") {
  test::CapturedHost host;
  host.write_file("/var/log/auth.log", "");
  const auto findings = examine(host.root());
  CHECK(findings.at(1).detail == "/var/log/auth.log can be read");
  CHECK(can_see(findings, "auth_log"));
}

TEST_CASE("a readable utmp is good") {
  test::CapturedHost host;
  host.write_file("/run/utmp", test::utmp_record({}));
  CHECK(examine(host.root()).at(3).state == State::kGood);
}

}  // namespace picket::node
