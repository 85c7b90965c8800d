#include "hub/core/address_owners.h"

#include "common/limits.h"

namespace picket::hub {
namespace {

// Default routes are also written in halves (0.0.0.0/1 and 128.0.0.0/1), and as 2000::/3.
constexpr int kBitsMin = 8;
constexpr int kMappedBits = 96;

bool is_route_to_the_world(const IpPrefix& prefix) {
  return prefix.bits < (prefix.ip.is_v4() ? kMappedBits : 0) + kBitsMin;
}

bool are_complete(const RowsByKey<v1::WireguardPeer>& peers) {
  std::size_t networks = 0;
  for (const auto& [key, peer] : peers) {
    if (peer.allowed_ips_left_out() > 0) return false;
    networks += static_cast<std::size_t>(peer.allowed_ips_size());
  }
  return networks <= limits::kWireguardNetworksMax;
}

}  // namespace

AddressOwners::AddressOwners(const RowsByKey<v1::WireguardPeer>& peers) {
  if (!are_complete(peers)) return;
  for (const auto& [key, peer] : peers) {
    keys_.push_back(key);
    const std::size_t own = keys_.size() - 1;
    for (const std::string& text : peer.allowed_ips()) {
      const auto prefix = parse_prefix(text);
      if (!prefix || is_route_to_the_world(*prefix)) continue;
      const auto [owner, first] = by_length_[prefix->bits].try_emplace(prefix->ip, own);
      if (!first && owner->second != own) owner->second = kSeveral;
    }
  }
}

const std::string* AddressOwners::find(std::string_view address) const {
  if (by_length_.empty()) return nullptr;
  const auto ip = parse_ip(address);
  if (!ip) return nullptr;
  for (const auto& [bits, owners] : by_length_) {
    if (ip->is_v4() && bits < kMappedBits) break;  // networks of IPv6 hold no IPv4 address
    const auto owner = owners.find(prefix_of(*ip, bits).ip);
    if (owner == owners.end()) continue;
    return owner->second == kSeveral ? nullptr : &keys_[owner->second];
  }
  return nullptr;
}

}  // namespace picket::hub
