// What a process beside the agent is: its powers, and what it does for one agent after the other.
// Under systemd it is started by a socket unit; else an agent that is root forks it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/unique_fd.h"
#include "node/processes/side_process.h"

namespace picket::node {

struct SideProgram {
  const char* name;    // of the process and the verb; 15 bytes at most
  const char* socket;  // the unit that starts it
  std::vector<unsigned> capabilities;
  /// Serves one agent until that has gone.
  using Serve = std::function<void(const UniqueFd& agent)>;
  /// Called in the process when it has given up what it doesn't need.
  Serve (*make)();
};

/// Forked from an agent that is root, at its very start; nothing if it isn't, or it failed, which
/// is logged.
std::optional<SideProcess> fork_side_program(const SideProgram& program);

/// Serves those who connect to the socket that systemd hands over: root and the group that owns
/// it, one at a time. Returns the exit status, of a failure.
int run_side_program(const SideProgram& program);

}  // namespace picket::node
