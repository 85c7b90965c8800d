// Addresses as people write them ("hub.example.org:9992", "[::1]:9992") and as sockets have them.
// Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

struct sockaddr;

namespace picket {

inline constexpr uint16_t kDefaultPort = 9992;

/// Where to connect to or listen on. The host is a name, an IPv4 or an IPv6 address without
/// brackets, perhaps with a zone ("fe80::1%eth0").
struct HostPort {
  std::string host;
  uint16_t port = kDefaultPort;

  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// Reads "host", "host:port", "::1", "[::1]" or "[::1]:port". Port 0 is allowed: who listens gets a
/// free one.
Result<HostPort> parse_host_port(std::string_view text, uint16_t default_port = kDefaultPort);

/// Whether the host is an IP address, with a zone perhaps, and not a name.
[[nodiscard]] bool is_ip_address(std::string_view host);

/// "host:port", with brackets around an IPv6 address.
std::string to_string(const HostPort& address);

/// An IP address; IPv4 is kept in its IPv6-mapped form, so that both spellings are equal.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  bool is_v4() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// One end of a TCP connection.
struct Endpoint {
  IpAddress ip;
  uint32_t scope = 0;  // interface of a link-local address
  uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// IPv4 or IPv6 as given by accept(2), getpeername(2) and the like; other families give "::", port
/// 0.
Endpoint endpoint_of(const sockaddr& address);

/// "192.0.2.7", "2001:db8::7"
std::string to_string(const IpAddress& ip);
/// "192.0.2.7:4711", "[fe80::7%2]:4711"
std::string to_string(const Endpoint& endpoint);

}  // namespace picket
