// The processes beside the agent, each with a power that whoever has the network must not have.
#pragma once

#include <optional>

#include "node/processes/side_process.h"
#include "node/processes/side_program.h"
#include "node/processes/side_starter.h"

namespace picket::node {

/// The verb watch-wireguard.
SideProgram wireguard_watcher();
/// The verb name-keys.
SideProgram key_namer();

/// Those that an agent has brought, started as root.
struct SideProcesses {
  std::optional<SideProcess> wireguard_watcher;
  std::optional<SideProcess> key_namer;
  std::optional<SideStarter> executor_starter;  // see fork_executor_starter()
};

/// See SideProcess::start() for when.
SideProcesses fork_side_processes();

/// What collectors take; null: there is none.
template <typename Process>
Process* if_any(std::optional<Process>& process) {
  return process ? &*process : nullptr;
}

}  // namespace picket::node
