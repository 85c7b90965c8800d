#include <cstdint>

#include "node/collectors/session_merge.h"

#include <utmp.h>

#include "common/limits.h"
#include "node/collectors/session_keys.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// A login of alice through sshd 298, shell 300 on pts/3, as each source sees it.
LogindFact ssh_of_logind() {
  return {"5", "alice", 1000, "", "", "192.0.2.7", "sshd", "user", 298, 1'000'000};
}
UtmpFact ssh_of_utmp() { return {"alice", "pts/3", "192.0.2.7", 298, 1'200'000, false, {50}}; }
ProcFact ssh_of_proc() { return {300, 777, "pts/3", 1000, "alice", 1'300'000'000, {299, 298, 50}}; }

constexpr char kLogindKey[] = "logind:5@1000000";
constexpr char kUtmpKey[] = "utmp:pts/3@298.1200000";
constexpr char kProcKey[] = "proc:pts/3@300.777";

SessionFacts facts_of(std::vector<LogindFact> logind, std::vector<UtmpFact> utmp,
                      std::vector<ProcFact> proc) {
  return {std::move(logind), std::move(utmp), std::move(proc)};
}

std::vector<std::string> sources_of(const MergedSession& session) {
  return {session.row.sources().begin(), session.row.sources().end()};
}

std::vector<std::string> ttys_of(const SessionFacts& facts) {
  std::vector<std::string> ttys;
  for (const MergedSession& session : merge_sessions(facts)) ttys.push_back(session.row.tty());
  return ttys;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a login that all sources tell of is one session, with the best of each") {
  const auto sessions =
      merge_sessions(facts_of({ssh_of_logind()}, {ssh_of_utmp()}, {ssh_of_proc()}));
  REQUIRE(sessions.size() == 1);
  const v1::Session& row = sessions[0].row;
  CHECK(row.key() == kLogindKey);
  CHECK(row.user() == "alice");
  CHECK(row.uid() == 1000);
  CHECK(row.tty() == "pts/3");
  CHECK(row.remote_host() == "192.0.2.7");
  CHECK(row.service() == "sshd");
  CHECK(row.class_() == "user");
  CHECK(row.leader_pid() == 298);
  CHECK(row.since_unix_ns() == 1'000'000'000);
  // proc tells nothing that the others don't, so that it makes no difference when it is looked at.
  CHECK(sources_of(sessions[0]) == Texts{"logind", "utmp"});
  CHECK(sessions[0].keys == Texts{kLogindKey, kUtmpKey, kProcKey});
}

TEST_CASE("SM8: without utmp, as on Debian 13, the terminal of a logind session is proc's") {
  SessionFacts facts = facts_of({ssh_of_logind()}, {}, {ssh_of_proc()});
  facts.utmp.reset();
  const auto sessions = merge_sessions(facts);
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].row.tty() == "pts/3");
  CHECK(sources_of(sessions[0]) == Texts{"logind", "proc"});
  CHECK(sources_used(facts) == Texts{"logind", "proc"});
}

TEST_CASE("without logind a login of utmp and proc is one session") {
  SessionFacts facts = facts_of({}, {ssh_of_utmp()}, {ssh_of_proc()});
  facts.logind.reset();
  const auto sessions = merge_sessions(facts);
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].row.key() == kUtmpKey);
  CHECK(sessions[0].row.uid() == 1000);
  CHECK(sources_of(sessions[0]) == Texts{"utmp", "proc"});
}

TEST_CASE("with proc alone a login has user, terminal, time and pid") {
  SessionFacts facts;
  facts.proc = {ssh_of_proc()};
  const auto sessions = merge_sessions(facts);
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].row.key() == kProcKey);
  CHECK(sessions[0].row.user() == "alice");
  CHECK(sessions[0].row.tty() == "pts/3");
  CHECK(sessions[0].row.leader_pid() == 300);
  CHECK(sessions[0].row.since_unix_ns() == 1'300'000'000);
}

TEST_CASE("no source is not the same as nobody") {
  CHECK(sources_used({}).empty());
  CHECK(sources_used(facts_of({}, {}, {})) == Texts{"logind", "utmp", "proc"});
  CHECK(merge_sessions(facts_of({}, {}, {})).empty());
}

TEST_CASE("a session without a terminal is listed if logind tells of it") {
  const auto sessions = merge_sessions(facts_of({ssh_of_logind()}, {}, {}));
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].row.tty().empty());
}

TEST_CASE("utmp adds a login that logind was not told of, proc adds none beside logind") {
  ProcFact other = ssh_of_proc();
  other.pid = 900;
  other.tty = "pts/9";
  other.ancestors = {899};
  const auto facts = facts_of({}, {ssh_of_utmp()}, {other});
  CHECK(ttys_of(facts) == Texts{"pts/3"});
}

TEST_CASE("a console is matched by its terminal, whatever the pids") {
  LogindFact console = ssh_of_logind();
  console.tty = "tty1";
  console.leader = 70;
  UtmpFact record = ssh_of_utmp();
  record.tty = "tty1";
  record.pid = 71;
  record.ancestors.clear();
  const auto sessions = merge_sessions(facts_of({console}, {record}, {}));
  REQUIRE(sessions.size() == 1);
  CHECK(sources_of(sessions[0]) == Texts{"logind", "utmp"});
  record.user = "bob";  // another login on it
  CHECK(merge_sessions(facts_of({console}, {record}, {})).size() == 2);
}

TEST_CASE("a name that utmp had to cut is the same user") {
  LogindFact console = ssh_of_logind();
  console.tty = "tty1";
  console.user = std::string(UT_NAMESIZE + 5, 'u');
  UtmpFact record = ssh_of_utmp();
  record.tty = "tty1";
  record.pid = 71;
  record.user = std::string(UT_NAMESIZE, 'u');
  CHECK(merge_sessions(facts_of({console}, {record}, {})).size() == 1);
  record.user.pop_back();
  CHECK(merge_sessions(facts_of({console}, {record}, {})).size() == 2);
}

TEST_CASE("what a login starts on terminals of its own is not another login") {
  ProcFact nested = ssh_of_proc();  // sudo, script
  nested.pid = 350;
  nested.start_ticks = 900;
  nested.tty = "pts/4";
  nested.ancestors = {300, 299, 298, 50};
  SessionFacts facts = facts_of({ssh_of_logind()}, {ssh_of_utmp()}, {nested, ssh_of_proc()});
  CHECK(ttys_of(facts) == Texts{"pts/3"});
  facts.logind.reset();
  CHECK(ttys_of(facts) == Texts{"pts/3"});
  facts.utmp.reset();
  CHECK(ttys_of(facts) == Texts{"pts/3"});
}

TEST_CASE("two terminals of one connection are one session to logind, two logins to utmp") {
  UtmpFact second = ssh_of_utmp();
  second.tty = "pts/4";
  second.since_us += 1;
  ProcFact shell = ssh_of_proc();
  shell.pid = 310;
  shell.tty = "pts/4";
  shell.start_ticks = 800;
  SessionFacts facts = facts_of({ssh_of_logind()}, {second, ssh_of_utmp()}, {ssh_of_proc(), shell});
  CHECK(ttys_of(facts) == Texts{"pts/3"});
  facts.logind.reset();
  CHECK(ttys_of(facts) == Texts{"pts/3", "pts/4"});
}

TEST_CASE("windows that libutempter enters in utmp are no logins, with and without logind") {
  UtmpFact window = ssh_of_utmp();
  window.window = true;
  window.tty = "pts/7";
  window.pid = 600;
  ProcFact pane = ssh_of_proc();
  pane.pid = 601;
  pane.tty = "pts/7";
  pane.ancestors = {600};
  SessionFacts facts = facts_of({}, {window}, {pane});
  CHECK(merge_sessions(facts).empty());
  facts.logind.reset();
  CHECK(merge_sessions(facts).empty());
}

TEST_CASE("the order of the facts does not matter") {
  std::vector<UtmpFact> utmp;
  for (int number = 0; number < 5; ++number) {
    UtmpFact fact = ssh_of_utmp();
    fact.tty = "pts/" + std::to_string(number);
    fact.pid = 100 + number;
    fact.since_us -= static_cast<uint64_t>(number % 3);
    utmp.push_back(fact);
  }
  const Texts expected = ttys_of(facts_of({}, utmp, {}));
  CHECK(expected == Texts{"pts/2", "pts/1", "pts/4", "pts/0", "pts/3"});
  std::reverse(utmp.begin(), utmp.end());
  CHECK(ttys_of(facts_of({}, utmp, {})) == expected);
}

TEST_CASE("outside text is made valid, bounded, and kept as it was beside") {
  UtmpFact fact = ssh_of_utmp();
  fact.user = "ev\xFFil";
  fact.remote_host = std::string(limits::kTextBytesMax, '\xFE');
  fact.tty = "pts/\xC0";
  const auto sessions = merge_sessions(facts_of({}, {fact}, {}));
  REQUIRE(sessions.size() == 1);
  const v1::Session& row = sessions[0].row;
  CHECK(row.user() == "ev\xEF\xBF\xBDil");
  CHECK(row.user_raw() == "ev\xFFil");
  CHECK(row.remote_host().size() <= limits::kTextBytesMax);
  CHECK(row.remote_host_raw() == fact.remote_host);
  CHECK(row.tty() == "pts/\xEF\xBF\xBD");
  v1::Session read;
  CHECK(read.ParseFromString(row.SerializeAsString()));
  CHECK(merge_sessions(facts_of({}, {ssh_of_utmp()}, {}))[0].row.user_raw().empty());
}

TEST_CASE("two thousand logins are merged, each once") {
  std::vector<LogindFact> logind;
  std::vector<UtmpFact> utmp;
  std::vector<ProcFact> proc;
  for (int number = 0; number < 2000; ++number) {
    LogindFact session = ssh_of_logind();
    session.id = std::to_string(number);
    session.leader = 10'000 + 10 * number;
    UtmpFact record = ssh_of_utmp();
    record.tty = "pts/" + std::to_string(number);
    record.pid = session.leader;
    ProcFact shell = ssh_of_proc();
    shell.pid = session.leader + 2;
    shell.tty = record.tty;
    shell.ancestors = {session.leader + 1, session.leader};
    logind.push_back(session);
    utmp.push_back(record);
    proc.push_back(shell);
  }
  const auto sessions = merge_sessions(facts_of(logind, utmp, proc));
  REQUIRE(sessions.size() == 2000);
  for (const MergedSession& session : sessions) REQUIRE(session.keys.size() == 3);
}

TEST_CASE("a session keeps its key when better sources catch up, and when they go") {
  SessionKeys keys;
  const auto key_after = [&](const SessionFacts& facts) {
    auto sessions = merge_sessions(facts);
    keys.assign(sessions);
    REQUIRE(sessions.size() == 1);
    return sessions[0].row.key();
  };
  SessionFacts facts;
  facts.proc = {ssh_of_proc()};
  CHECK(key_after(facts) == kProcKey);
  facts.utmp = {ssh_of_utmp()};
  CHECK(key_after(facts) == kProcKey);
  facts.logind = {ssh_of_logind()};
  CHECK(key_after(facts) == kProcKey);
  facts.proc.reset();  // only what it was merged with is left
  CHECK(key_after(facts) == kProcKey);
  facts.logind.reset();
  CHECK(key_after(facts) == kProcKey);
  SessionKeys restarted;
  auto sessions = merge_sessions(facts_of({ssh_of_logind()}, {ssh_of_utmp()}, {}));
  restarted.assign(sessions);
  CHECK(sessions[0].row.key() == kLogindKey);
}

TEST_CASE("a key ends with its session") {
  SessionKeys keys;
  SessionFacts facts;
  facts.proc = {ssh_of_proc()};
  auto sessions = merge_sessions(facts);
  keys.assign(sessions);
  sessions.clear();
  keys.assign(sessions);
  facts.utmp = {ssh_of_utmp()};
  sessions = merge_sessions(facts);
  keys.assign(sessions);
  CHECK(sessions.at(0).row.key() == kUtmpKey);
}

TEST_CASE("two sessions never share a key, also when one became two") {
  SessionKeys keys;
  UtmpFact second = ssh_of_utmp();
  second.tty = "pts/4";
  SessionFacts facts = facts_of({ssh_of_logind()}, {ssh_of_utmp(), second}, {});
  auto sessions = merge_sessions(facts);
  keys.assign(sessions);
  REQUIRE(sessions.size() == 1);
  facts.logind.reset();
  sessions = merge_sessions(facts);
  keys.assign(sessions);
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0].row.key() == kLogindKey);
  CHECK(sessions[1].row.key() == "utmp:pts/4@298.1200000");
}

}  // namespace picket::node
