#include "node/collectors/session_sources.h"

#include <utility>

#include "node/collectors/utmp_sessions.h"

namespace picket::node {

std::string SourceStates::reason() const {
  return "logind: " + logind.detail + "; utmp: " + utmp.detail + "; proc: " + proc.detail;
}

std::string SourceStates::remedy() const {
  // /proc is on every host, and to open it mends at once.
  for (const SourceState* state : {&proc, &logind, &utmp}) {
    if (!state->remedy.empty()) return state->remedy;
  }
  return "";
}

SessionSources::SessionSources(std::filesystem::path root, Alive alive)
    : root_(std::move(root)), alive_(std::move(alive)), proc_(root_) {}

SessionFacts SessionSources::look(Depth depth, SteadyTime now) {
  if (depth == Depth::kProbe) probe();
  if (depth == Depth::kQuick) {
    proc_.recheck();
  } else {
    proc_.scan();
  }
  judge_logind_now(now);
  SessionFacts facts;
  if (states_.logind.usable) facts.logind = logind_.read(alive_);
  UtmpSight utmp = read_utmp(root_, alive_);
  states_.utmp = std::move(utmp.state);
  facts.utmp = std::move(utmp.facts);
  if (!states_.proc.usable) return facts;
  facts.proc = proc_.facts();
  // Asked for so that their end is told.
  std::erase_if(*facts.proc, [&](const ProcFact& fact) { return !alive_(fact.pid); });
  return facts;
}

void SessionSources::probe() {
  states_.proc = probe_proc(root_);
  pam_ = pam_tells_logind(root_);
  systemd_ = systemd_booted(root_);
}

void SessionSources::judge_logind_now(SteadyTime now) {
  if (root_ != "/") {
    states_.logind = {false, "not in a captured tree", ""};
    return;
  }
  const LogindSigns signs{systemd_, logind_.open() && logind_has_seat(root_), logind_running(now),
                          pam_};
  states_.logind = judge_logind(signs);
}

bool SessionSources::logind_running(SteadyTime now) {
  logind_lost_ = false;
  if (!states_.proc.usable) return true;  // it can't be seen
  if (proc_.logind_pid() > 0 && alive_(proc_.logind_pid())) {
    logind_seen_ = now;
    return true;
  }
  logind_lost_ = logind_seen_.has_value();
  return logind_lost_ && now < *logind_seen_ + kLogindGrace;
}

}  // namespace picket::node
