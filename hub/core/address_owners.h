// Which WireGuard peer of a node stands behind an address, by the peers' allowed IPs.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/ip_prefix.h"
#include "hub/core/row_diff.h"
#include "picket/v1/model.pb.h"

namespace picket::hub {

class AddressOwners {
 public:
  AddressOwners() = default;
  /// A default route says nothing of who is behind it, since all the world is: networks of less
  /// than 8 bits are left out. Nobody is known at all if not every network is: of a peer whose
  /// allowed IPs were left out, or of more than limits::kWireguardNetworksMax.
  explicit AddressOwners(const RowsByKey<v1::WireguardPeer>& peers);

  /// The key of the peer with the longest prefix that holds `address`, as the kernel chooses; null:
  /// none, or two interfaces have the same one and nobody can tell which it was.
  const std::string* find(std::string_view address) const;

 private:
  static constexpr std::size_t kSeveral = static_cast<std::size_t>(-1);

  std::vector<std::string> keys_;  // of peers
  // Longest first; each length one look. By the prefix, which key.
  std::map<int, std::map<IpAddress, std::size_t>, std::greater<>> by_length_;
};

}  // namespace picket::hub
