// What tells a node who is on, in any bytes: records of utmp, logind's session files, /proc.
#include <utmp.h>

#include <string>

#include "node/collectors/logind_state.h"
#include "node/collectors/proc_stat.h"
#include "node/collectors/session_merge.h"
#include "node/collectors/tty_name.h"
#include "node/collectors/utmp_sessions.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"

namespace picket::fuzz {
namespace {

void read_utmp(std::string_view bytes) {
  const auto facts = node::parse_utmp(bytes);
  expect(facts.size() <= bytes.size() / sizeof(struct utmp), "a record is one login at most");
  for (const auto& fact : facts) {
    expect(!fact.user.empty() && !fact.tty.empty(), "who is on has a name and a terminal");
    expect(fact.user.size() <= UT_NAMESIZE && fact.tty.size() <= UT_LINESIZE,
           "no text is longer than its field");
  }
  node::SessionFacts all;
  all.utmp = facts;
  for (const auto& session : node::merge_sessions(all)) {
    v1::Session again;
    expect(again.ParseFromString(session.row.SerializeAsString()), "a row can be read back");
    expect(!session.keys.empty(), "each session has a key");
    for (const auto& key : session.keys) expect_utf8(key);
  }
}

void read_proc(std::string_view text) {
  if (const auto stat = node::parse_stat(text)) {
    expect(text.find('(' + stat->command + ')') != std::string_view::npos,
           "the command stands there");
    expect_utf8(node::tty_name(stat->tty_device));
  }
  (void)node::parse_status(text);
  (void)node::parse_boot_time(text);
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  Input input(data, size);
  switch (input.byte() % 3) {
    case 0: read_utmp(input.rest()); break;
    case 1: (void)picket::node::parse_logind_state(input.rest()); break;
    default: read_proc(input.rest()); break;
  }
  return 0;
}
