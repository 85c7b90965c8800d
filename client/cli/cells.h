// States of nodes as cells of a table.
#pragma once

#include "client/cli/table.h"
#include "common/clock.h"
#include "picket/v1/client_link.pb.h"

namespace picket::cli {

/// Who is on: "2", "nobody", "can't see", "not monitored", "starting".
Cell sessions_cell(const v1::NodeSummary& node);

/// "connected", "disconnected 5 min", "not seen", "revoked"
Cell state_cell(const v1::NodeSummary& node, WallTime now);

}  // namespace picket::cli
