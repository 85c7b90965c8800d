// What is told of WireGuard, from what was seen: rows, in an order that depends on nothing else.
#pragma once

#include <string>
#include <vector>

#include "node/wireguard/facts.h"
#include "node/wireguard/handshakes.h"
#include "node/wireguard/peer_names.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

/// With all that changes all the time.
v1::WireguardRows wireguard_rows(const std::vector<WireguardInterfaceFact>& interfaces,
                                 const PeerNames& names, Handshakes& handshakes, WallTime wall,
                                 SteadyTime steady);

/// Takes out what is only told when it was asked for.
void clear_refreshed(v1::WireguardRows& rows);

}  // namespace picket::node
