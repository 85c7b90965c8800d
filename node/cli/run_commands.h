// The process that runs commands for the agent: what it is when the agent forks it, and when
// systemd starts it. It keeps root's powers, which what it runs may need, and has no socket but the
// agent's.
#pragma once

#include <optional>

#include "node/processes/side_starter.h"

namespace picket::node {

/// What starts it for an agent that root has started: nothing otherwise. Its commands end with the
/// agent. See SideProcess::start() for when.
std::optional<SideStarter> fork_executor_starter();

/// The verb run-commands: serves agents on the socket that systemd hands over.
int run_commands();

}  // namespace picket::node
