// The watcher's side of the socket to the agent: looks as often as it is told to, and answers. A
// loop of its own around poll(2): this process can read private keys, so it has little code.
#pragma once

#include "common/clock.h"
#include "common/unique_fd.h"
#include "node/wireguard/watch.h"

namespace picket::node {

/// Returns when the agent has gone, does not read, or says what it should not.
void serve_wireguard(const UniqueFd& socket, WireguardWatch& watch, const Clock& clock);

}  // namespace picket::node
