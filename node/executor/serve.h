// The executor's loop around poll(2). This process may do what root lists, so it has little code,
// no threads, and no parser of anything that comes over a network.
#pragma once

#include "common/clock.h"
#include "common/unique_fd.h"
#include "node/executor/executor.h"

namespace picket::node {

/// `socket` listens, and serves agents one after the other, each root or of the socket's group, or
/// is connected to the only one. Returns the exit status: after SIGTERM, when its commands have
/// been ended; when the only agent has gone; of a failure.
int serve_executor(UniqueFd socket, Executor& executor, const Clock& clock);

}  // namespace picket::node
