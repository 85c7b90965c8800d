// Nodes as clients get them: a summary, and the rows of each resource in pieces that fit a frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "hub/core/state.h"

namespace picket::hub {

/// `now`: for the age of refreshed values; absent: they are left out, as in snapshots.
v1::NodeSummary summarise(const std::string& name, const NodeRecord& node,
                          std::optional<SteadyTime> now);

/// Encoded frames: the summary and then the rows, each with `request_id`.
std::vector<std::string> node_frames(uint64_t request_id, const std::string& name,
                                     const NodeRecord& node, std::optional<SteadyTime> now);

}  // namespace picket::hub
