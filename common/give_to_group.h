// Lets a group in: to a daemon's socket, and to the folder that it made for it.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/result.h"

namespace picket {

/// Gives what was made at `path` to the group. Whose own group it is need not be allowed to change
/// groups: systemd starts daemons that may not. To others the error says what to do.
Status give_to_group(const std::string& path, gid_t group);

}  // namespace picket
