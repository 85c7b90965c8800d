// WireGuard in words: its events, its collector, its peers. Everything returned is safe for a
// terminal.
#pragma once

#include <string>

#include "picket/v1/model.pb.h"

namespace picket::words {

/// Its name, else its public key.
std::string peer_name(const v1::WireguardPeer& peer);

/// "10.8.0.3/32, fd00::3/128 and 2 more", "none"
std::string allowed_ips(const v1::WireguardPeer& peer);

/// "WireGuard peer laptop (wg0) is active, at 203.0.113.7 port 51820"
std::string wireguard_words(const std::string& kind, const v1::WireguardEvent& event);

/// "can't see WireGuard: REASON (REMEDY)", "not monitored", ...; empty if it is seen.
std::string wireguard_blind_words(const v1::CollectorHealth& health);

}  // namespace picket::words
