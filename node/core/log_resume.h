// Where in the log to go on for a hub. Pure.
#pragma once

#include <optional>
#include <span>

#include "node/auth_log/log_source.h"

namespace picket::node {

/// `stored`: what the hub has, the latest used last, which counts also if another log is read now:
/// its source then goes on by time. Where it has none `bookmark` counts, else `first`.
LogStart resume_at(std::span<const v1::LogPosition> stored,
                   const std::optional<v1::LogPosition>& bookmark, const LogStart& first);

/// Where to go back to, if the hub lost what came after `positions`: before all of it. Nothing:
/// to `acknowledged`.
std::optional<v1::LogPosition> earliest_of(std::span<const v1::LogPosition> positions);

}  // namespace picket::node
