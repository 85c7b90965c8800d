// The process that sees WireGuard for the agent: what it is when the agent forks it, and when
// systemd starts it.
#pragma once

#include <optional>

#include "node/processes/side_process.h"

namespace picket::node {

/// Started as root, the agent brings its own watcher: see SideProcess::start() for when. Nothing:
/// this isn't root, or it could not be done, which has been logged.
std::optional<SideProcess> start_wireguard_watcher();

/// The verb watch-wireguard: serves agents, one after the other, on the socket that systemd hands
/// over.
int watch_wireguard();

}  // namespace picket::node
