// Which WireGuard peer of a node stands behind an address, by the peers' allowed IPs.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/ip_prefix.h"
#include "hub/core/row_diff.h"
#include "picket/v1/model.pb.h"

namespace picket::hub {

class AddressOwners {
 public:
  AddressOwners() = default;
  /// A default route says nothing of who is behind it, since all the world is: networks of less
  /// than 8 bits are left out.
  explicit AddressOwners(const RowsByKey<v1::WireguardPeer>& peers);

  /// The key of the peer with the longest prefix that holds `address`, as the kernel chooses; null:
  /// none, or two interfaces have the same one and nobody can tell which it was.
  const std::string* find(std::string_view address) const;

 private:
  // Longest first; each length one look. Empty: the owners of two interfaces.
  std::map<int, std::map<IpAddress, std::string>, std::greater<>> by_length_;
};

}  // namespace picket::hub
