// All lines of one file, plain or compressed, or of a pipe.
#pragma once

#include <optional>

#include "common/clock.h"
#include "common/result.h"
#include "node/auth_log/log_bytes.h"
#include "node/auth_log/scan.h"

namespace picket::node {

/// Feeds them to `scan`, numbered from 1; older ones than `since` are left out. `now` is what years
/// are inferred from, and when the file was last written to.
Status scan_file(LogBytes bytes, std::optional<WallTime> since, WallTime now, Scan& scan);

}  // namespace picket::node
