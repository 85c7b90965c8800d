#include "hub/core/address_owners.h"

namespace picket::hub {
namespace {

// Default routes are also written in halves (0.0.0.0/1 and 128.0.0.0/1), and as 2000::/3.
constexpr int kBitsMin = 8;
constexpr int kMappedBits = 96;

bool is_route_to_the_world(const IpPrefix& prefix) {
  return prefix.bits < (prefix.ip.is_v4() ? kMappedBits : 0) + kBitsMin;
}

}  // namespace

AddressOwners::AddressOwners(const RowsByKey<v1::WireguardPeer>& peers) {
  for (const auto& [key, peer] : peers) {
    for (const std::string& text : peer.allowed_ips()) {
      const auto prefix = parse_prefix(text);
      if (!prefix || is_route_to_the_world(*prefix)) continue;
      const auto [owner, first] = by_length_[prefix->bits].try_emplace(prefix->ip, key);
      if (!first && owner->second != key) owner->second.clear();
    }
  }
}

const std::string* AddressOwners::find(std::string_view address) const {
  if (by_length_.empty()) return nullptr;
  const auto ip = parse_ip(address);
  if (!ip) return nullptr;
  for (const auto& [bits, owners] : by_length_) {
    const auto owner = owners.find(prefix_of(*ip, bits).ip);
    if (owner != owners.end()) return owner->second.empty() ? nullptr : &owner->second;
  }
  return nullptr;
}

}  // namespace picket::hub
