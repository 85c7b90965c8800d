// What to type to start a daemon on this host, for the end of what sets one up.
#pragma once

#include <string>

namespace picket {

/// For `program` with the state in `folder`: itself for who owns the folder; what systemd starts
/// for the folder of a service's user, or else itself as that user. `config`: a file that was
/// named.
std::string start_command(const std::string& program, const std::string& folder,
                          const std::string& config);

}  // namespace picket
