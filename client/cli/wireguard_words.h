// WireGuard in words: its events, its collector, a node's interfaces and peers. Everything returned
// is safe for a terminal.
#pragma once

#include <string>

#include "client/cli/screen.h"
#include "client/lib/node_details.h"
#include "common/clock.h"
#include "picket/v1/model.pb.h"

namespace picket::cli {

/// "WireGuard peer laptop (wg0) is active, at 203.0.113.7 port 51820"
std::string wireguard_words(const std::string& kind, const v1::WireguardEvent& event);

/// "can't see WireGuard: REASON (REMEDY)", "not monitored", ...; empty if it is seen.
std::string wireguard_blind_words(const v1::CollectorHealth& health);

/// Of a node's `show`, below its label: interfaces in one line, peers in a table. A node without
/// any has just "no interface".
std::string print_wireguard(const client::NodeDetails& details,
                            const v1::CollectorSummary& collector, WallTime now,
                            const Screen& screen);

}  // namespace picket::cli
