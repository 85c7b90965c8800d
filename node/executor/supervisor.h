// A process between the executor and one command: all that the command ever starts is below it,
// also what runs off with setsid(2) and a fork, because it is their subreaper. So what belongs to
// one command can be told from what belongs to another, and ended to the last process.
#pragma once

#include <sys/types.h>

#include "common/result.h"
#include "node/executor/start_plan.h"

namespace picket::node {

/// What the executor says to a supervisor, one byte each. Its end of the socket closed: kKill.
enum class SupervisorOrder : char {
  kTerminate = 'T',  // SIGTERM to all descendants
  kKill = 'K',       // SIGKILL, until none is left
};

/// A command that has been started, or is about to fail to. All ends are non-blocking.
struct StartedCommand {
  pid_t supervisor = -1;
  /// Packets. The supervisor sends the command's wait(2) status (an int) and closes it when it
  /// ends: at once if the command ended by itself, whose other processes then go on; else when the
  /// last descendant has ended.
  UniqueFd control;
  UniqueFd failure;  // a NotStarted and why; closed without one: the program runs
  UniqueFd out;
  UniqueFd err;
};

Result<StartedCommand> start_command(const StartOrder& order);

}  // namespace picket::node
