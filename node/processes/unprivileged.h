// What the agent itself gives up when root starts it in the foreground.
#pragma once

#include <string>

#include "common/result.h"

namespace picket::node {

/// The user that the agent's package makes.
inline constexpr const char* kAgentUser = "picket-node";

/// Root becomes kAgentUser, with its groups, if that user exists and `folder` is its own; else
/// nothing happens. True: it did. For good; to be called before there are threads.
Result<bool> become_agent_user(const std::string& folder);

}  // namespace picket::node
