// The process that runs commands for the agent: what it is when the agent forks it, and when
// systemd starts it. It keeps root's powers, which what it runs may need, and has no socket but the
// agent's.
#pragma once

#include <optional>

#include "node/processes/side_process.h"

namespace picket::node {

/// For an agent that root has started, and only where there is an allowlist: nothing otherwise. Its
/// commands end with the agent. See SideProcess::start() for when.
std::optional<SideProcess> fork_executor();

/// The verb run-commands: serves agents on the socket that systemd hands over.
int run_commands();

}  // namespace picket::node
