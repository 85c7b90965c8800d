// The three sources together: what can see, and what it sees now. Reads files; waits for nothing.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "common/clock.h"
#include "node/collectors/logind_sessions.h"
#include "node/collectors/proc_sessions.h"
#include "node/collectors/session_facts.h"
#include "node/collectors/source_state.h"

namespace picket::node {

/// So long a logind that ended is believed to be about to come back (an upgrade restarts it): its
/// sessions go on.
inline constexpr auto kLogindGrace = std::chrono::seconds(10);

struct SourceStates {
  SourceState logind;
  SourceState utmp;
  SourceState proc;

  bool any_usable() const { return logind.usable || utmp.usable || proc.usable; }
  /// Of sources none of which can see.
  std::string reason() const;
  std::string remedy() const;
};

class SessionSources {
 public:
  enum class Depth {
    kQuick,  // logind, utmp, and the processes known already
    kScan,   // all processes, too
    kProbe,  // and whether the sources can see
  };
  using Alive = std::function<bool(pid_t)>;

  /// `alive`: whether a process lives.
  SessionSources(std::filesystem::path root, Alive alive);

  SessionFacts look(Depth depth, SteadyTime now);
  const SourceStates& states() const { return states_; }
  LogindSessions& logind() { return logind_; }
  /// A logind was running and isn't: only a scan can find the next.
  bool logind_lost() const { return logind_lost_; }

 private:
  void probe();
  void judge_logind_now(SteadyTime now);
  bool logind_running(SteadyTime now);

  std::filesystem::path root_;
  Alive alive_;
  LogindSessions logind_;
  ProcSessions proc_;
  SourceStates states_;
  bool pam_ = false;
  bool systemd_ = false;
  bool logind_lost_ = false;
  std::optional<SteadyTime> logind_seen_;
};

}  // namespace picket::node
