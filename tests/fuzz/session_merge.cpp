// What three sources may say of who is on, contradictions and all, made into one list twice.
#include "node/collectors/session_merge.h"

#include <set>
#include <string>

#include "node/collectors/session_keys.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"

namespace picket::fuzz {
namespace {

// Few values, so that the sources meet.
std::string user_of(uint8_t byte) { return std::string(1, static_cast<char>(byte)); }
std::string tty_of(uint8_t byte) {
  return byte % 8 == 0 ? std::string() : "pts/" + std::to_string(byte % 8);
}
uint64_t since_of(uint8_t byte) { return byte == 0xFF ? UINT64_MAX : 1'700'000'000'000'000 + byte; }

std::vector<pid_t> ancestors_of(Input& input) {
  std::vector<pid_t> ancestors;
  for (int count = input.byte() % 4; count > 0; --count) ancestors.push_back(input.byte() % 16);
  return ancestors;
}

node::LogindFact logind_fact(Input& input) {
  node::LogindFact fact;
  fact.id = user_of(input.byte());
  fact.user = user_of(input.byte());
  fact.tty = tty_of(input.byte());
  fact.leader = input.byte() % 16;
  fact.since_us = since_of(input.byte());
  if (fact.leader % 2 == 0) fact.uid = 1000;
  return fact;
}

node::UtmpFact utmp_fact(Input& input) {
  node::UtmpFact fact;
  fact.user = user_of(input.byte());
  fact.tty = tty_of(input.byte());
  fact.remote_host = user_of(input.byte());
  fact.pid = input.byte() % 16;
  fact.since_us = since_of(input.byte());
  fact.window = fact.since_us % 2 == 1;
  fact.ancestors = ancestors_of(input);
  return fact;
}

node::ProcFact proc_fact(Input& input) {
  node::ProcFact fact;
  fact.tty = tty_of(input.byte());
  fact.pid = input.byte() % 16;
  fact.start_ticks = input.byte();
  fact.uid = 1000;
  fact.since_ns = static_cast<int64_t>(since_of(input.byte()) / 2);
  fact.ancestors = ancestors_of(input);
  return fact;
}

template <typename Fact>
std::optional<std::vector<Fact>> facts_of(Input& input, Fact (*make)(Input&)) {
  const uint8_t count = input.byte();
  if (count % 8 == 7) return std::nullopt;
  std::vector<Fact> facts;
  for (int i = 0; i < count % 8; ++i) facts.push_back(make(input));
  return facts;
}

std::size_t count(const node::SessionFacts& facts) {
  return (facts.logind ? facts.logind->size() : 0) + (facts.utmp ? facts.utmp->size() : 0) +
         (facts.proc ? facts.proc->size() : 0);
}

void check(const std::vector<node::MergedSession>& sessions, const node::SessionFacts& facts) {
  expect(sessions.size() <= count(facts), "no fact becomes two sessions");
  std::set<std::string> keys;
  for (const auto& session : sessions) {
    expect(!session.row.key().empty(), "each row has a key");
    expect(keys.insert(session.row.key()).second, "no two rows have one key");
    expect(session.row.sources_size() > 0, "each row has a source");
    v1::Session again;
    expect(again.ParseFromString(session.row.SerializeAsString()), "a row can be read back");
  }
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  Input input(data, size);
  picket::node::SessionKeys keys;
  for (int look = 0; look < 3; ++look) {
    picket::node::SessionFacts facts;
    facts.logind = facts_of(input, logind_fact);
    facts.utmp = facts_of(input, utmp_fact);
    facts.proc = facts_of(input, proc_fact);
    auto sessions = picket::node::merge_sessions(facts);
    keys.assign(sessions);
    check(sessions, facts);
  }
  return 0;
}
