// The libraries by which the C library looks up users and groups, as nsswitch.conf(5) names them.
#pragma once

#include <string>

namespace picket::node {

/// Loads them into this process, which asks nobody by that: else each process that is forked to
/// become a command's user would load them for itself. What can't be loaded is left to them.
void load_user_libraries(const std::string& nsswitch = "/etc/nsswitch.conf");

}  // namespace picket::node
