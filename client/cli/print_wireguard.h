// WireGuard of a node as `show` prints it.
#pragma once

#include <string>

#include "client/cli/screen.h"
#include "client/lib/node_details.h"
#include "common/clock.h"
#include "picket/v1/model.pb.h"

namespace picket::cli {

/// Below its label: interfaces in one line, peers in a table. A node without any has just "no
/// interface".
std::string print_wireguard(const client::NodeDetails& details,
                            const v1::CollectorSummary& collector, WallTime now,
                            const Screen& screen);

}  // namespace picket::cli
