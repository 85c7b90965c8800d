// The side of the socket to the agent that the process has which may read everybody's files: from
// the name of a user and the fingerprint of a key to the comment beside it, and nothing else.
#pragma once

#include <functional>
#include <string>

#include "common/unique_fd.h"

namespace picket::node {

/// What a user's key is called; empty: nothing.
using KeyNameOf =
    std::function<std::string(const std::string& user, const std::string& fingerprint)>;

/// Returns when the agent has gone, does not read, or says what it should not.
void serve_key_names(const UniqueFd& socket, const KeyNameOf& name_of);

}  // namespace picket::node
