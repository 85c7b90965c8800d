// Whether the path that a parameter has is where it says, on this host.
#pragma once

#include <sys/types.h>

#include "node/commands/command.h"

namespace picket::node {

/// For values that check_parameters() has passed: each path exists, lies below its folder once all
/// links are followed, and stays what it is: only root and `user`, as whom the command runs, can
/// write the folders on its way. So nobody can put a link there between this look and the program's
/// own, but who could have done without.
Status check_paths(const Command& command, const ParameterValues& values, uid_t user);

}  // namespace picket::node
