// What a process beside the agent gives up at its start, for good.
#pragma once

#include <vector>

#include "common/result.h"

namespace picket::node {

/// Keeps those of `capabilities` (linux/capability.h) that this process has, and none else; no
/// program that it may start gets more. Others can't look into its memory, and no core is dumped.
Status keep_only(const std::vector<unsigned>& capabilities);

}  // namespace picket::node
