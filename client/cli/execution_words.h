// The words for how a run goes and ends, and the exit status that says it to a script. Everything
// returned is safe for a terminal.
#pragma once

#include <string>

#include "client/cli/command.h"
#include "client/cli/table.h"
#include "client/lib/failure.h"
#include "picket/v1/client_link.pb.h"

namespace picket::cli {

/// What `picket run` ends with beside the command's own status, as timeout(1), env(1) and sh do.
inline constexpr int kRunTimedOut = 124;
inline constexpr int kRunFailed = 125;  // picket did: no hub, no such node, lost
inline constexpr int kRunRefused = 126;
inline constexpr int kRunNoSuchLabel = 127;
inline constexpr int kRunSignaled = 128;  // and the signal; also cancelled, as by SIGINT

/// words::end_words(), green if all is well and red if not.
Cell end_cell(const v1::ExecutionEnd& end);
int exit_status(const v1::ExecutionEnd& end);
int exit_status(const client::Failure& failure);

}  // namespace picket::cli
