// Networks as people write them: "10.8.0.0/24", "2001:db8::/32". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/address.h"

namespace picket {

/// All addresses that begin with the same bits. IPv4 is kept IPv6-mapped: 10.0.0.0/8 has 104 bits.
struct IpPrefix {
  IpAddress ip;  // the bits behind the first `bits` are 0
  int bits = 0;  // 0 .. 128

  [[nodiscard]] bool contains(const IpAddress& address) const;
  friend bool operator==(const IpPrefix&, const IpPrefix&) = default;
  friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};

/// "10.8.0.3", "::ffff:10.8.0.3", "fe80::1%eth0" (the zone is left out); nothing: not an address.
std::optional<IpAddress> parse_ip(std::string_view text);

/// An address, or one with "/BITS"; bits behind the prefix may be set, and are left out.
std::optional<IpPrefix> parse_prefix(std::string_view text);

/// The first `bits` (0 .. 128) of the address.
IpPrefix prefix_of(const IpAddress& address, int bits);

/// "10.8.0.0/24", "2001:db8::/32"; always with its bits.
std::string to_string(const IpPrefix& prefix);

}  // namespace picket
