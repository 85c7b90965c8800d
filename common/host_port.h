// "host:port" as people write it: a name, an IPv4 address, or an IPv6 address in brackets. Resolves
// nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace picket {

struct HostPort {
  std::string host;  // without brackets
  uint16_t port = 0;
};

/// The error says what was expected. Port 0 is allowed: the kernel then chooses one when listening.
Result<HostPort> parse_host_port(std::string_view text);

/// "[::1]:9992", "hub.example.org:9992"
std::string to_string(const HostPort& address);

}  // namespace picket
