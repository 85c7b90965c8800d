// Processes that lead a kernel session with a controlling terminal, found in /proc: the last
// resort, but one that every Linux has. It knows neither where a login came from nor one without a
// terminal.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "node/collectors/session_facts.h"
#include "node/collectors/source_state.h"

namespace picket::node {

/// The parents of a process, nearest first, without pid 1; empty if /proc doesn't tell.
std::vector<pid_t> ancestors_of(const std::filesystem::path& root, pid_t pid);

/// Whether /proc below `root` shows other users' processes (it doesn't if mounted with hidepid).
SourceState probe_proc(const std::filesystem::path& root);

class ProcSessions {
 public:
  explicit ProcSessions(std::filesystem::path root) : root_(std::move(root)) {}

  /// Looks at every process: a few µs each. The only way to find a new one.
  void scan();
  /// Looks again at those found by the last scan, and drops who ended or is no session any more.
  void recheck();

  const std::vector<ProcFact>& facts() const { return facts_; }
  /// Of the logind that the last scan saw running; 0: none.
  pid_t logind_pid() const { return logind_pid_; }

 private:
  std::filesystem::path root_;
  std::vector<ProcFact> facts_;
  pid_t logind_pid_ = 0;
};

}  // namespace picket::node
