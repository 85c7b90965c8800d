// Makes one list of sessions out of what the sources say, none of them twice. Pure.
//
// logind decides if it can see: utmp adds logins that logind wasn't told of, proc only fills in
// what is missing. Without logind, utmp and proc are listed both. Two facts are one session if they
// have the same terminal, or if one's process descends from the other's.
#pragma once

#include <string>
#include <vector>

#include "node/collectors/session_facts.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

struct MergedSession {
  v1::Session row;  // its key is keys.front()
  // By what each source would call it, best source first: "logind:<id>@<since us>",
  // "utmp:<tty>@<pid>.<since us>", "proc:<tty>@<pid>.<start ticks>". The same after a restart of
  // the agent.
  std::vector<std::string> keys;
};

/// Ordered by since, then key.
std::vector<MergedSession> merge_sessions(const SessionFacts& facts);

/// The sources that can see, best first.
std::vector<std::string> sources_used(const SessionFacts& facts);

}  // namespace picket::node
