// What a process beside the agent gives up at its start, for good.
#pragma once

#include <initializer_list>

#include "common/result.h"

namespace picket::node {

/// Keeps those of `capabilities` (linux/capability.h) that this process has, and none else; no
/// program that it may start gets more. Others can't look into its memory, and no core is dumped.
Status keep_only(std::initializer_list<unsigned> capabilities);

}  // namespace picket::node
