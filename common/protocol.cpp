#include "common/protocol.h"

#include <algorithm>

namespace picket::protocol {
namespace {

std::string range(uint32_t low, uint32_t high) {
  return low == high ? std::to_string(low) : std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

v1::Peer self(std::string_view program, std::string_view instance_id) {
  v1::Peer peer;
  peer.set_protocol_min(kVersionMin);
  peer.set_protocol_max(kVersionMax);
  peer.set_program(std::string(program));
  peer.set_version(std::string(kProgramVersion));
  peer.set_instance_id(std::string(instance_id));
  return peer;
}

std::optional<uint32_t> common_version(const v1::Peer& peer) {
  const uint32_t highest = std::min(kVersionMax, peer.protocol_max());
  if (highest < std::max(kVersionMin, peer.protocol_min())) return std::nullopt;
  return highest;
}

std::string version_mismatch(const v1::Peer& peer, std::string_view self_name) {
  const bool peer_is_older = peer.protocol_max() < kVersionMin;
  return "no common protocol version: this " + std::string(self_name) + " (" +
         std::string(kProgramVersion) + ") speaks " + range(kVersionMin, kVersionMax) +
         ", the peer (" + peer.version().substr(0, 32) + ") " +
         range(peer.protocol_min(), peer.protocol_max()) + "; upgrade " +
         (peer_is_older ? "the peer" : "this " + std::string(self_name));
}

}  // namespace picket::protocol
