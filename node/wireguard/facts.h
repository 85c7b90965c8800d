// What a WireGuard implementation says of one of its interfaces; no secret has a place in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/ip_prefix.h"

namespace picket::node {

struct WireguardEndpoint {
  IpAddress ip;
  uint16_t port = 0;
};

struct WireguardPeerFact {
  std::string public_key;  // base64
  bool preshared_key = false;
  std::optional<WireguardEndpoint> endpoint;
  uint16_t keepalive_s = 0;
  // Should be since the epoch, but see handshakes.h.
  int64_t handshake_s = 0;
  int64_t handshake_ns = 0;
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
  std::vector<IpPrefix> allowed_ips;
};

struct WireguardInterfaceFact {
  std::string name;
  std::string public_key;  // base64; empty: it has no key
  uint16_t listen_port = 0;
  uint32_t fwmark = 0;
  bool userspace = false;
  std::vector<WireguardPeerFact> peers;
};

}  // namespace picket::node
