#include "common/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace picket {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kHostBytesMax = 255;

Error not_an_address(std::string_view text) {
  return Error{"\"" + std::string(text) +
               "\" is not an address; expected host, host:port or [IPv6]:port"};
}

// -1: not a port.
int parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? port : -1;
}

bool is_ipv6(std::string_view host) {
  const std::string address(host.substr(0, host.find('%')));
  in6_addr parsed{};
  const bool zone_is_empty = host.ends_with('%');
  return !zone_is_empty && ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

bool is_host(std::string_view host) {
  const auto is_allowed = [](char c) {
    return c > ' ' && c < 0x7f && c != '[' && c != ']' && c != '/';
  };
  return !host.empty() && host.size() <= kHostBytesMax &&
         std::all_of(host.begin(), host.end(), is_allowed);
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text, uint16_t default_port) {
  std::string_view host = text;
  std::string_view port;
  bool bracketed = false;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return not_an_address(text);
    bracketed = true;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos && !is_ipv6(text)) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (!is_host(host) || (bracketed && !is_ipv6(host))) return not_an_address(text);
  if (port.empty()) return HostPort{std::string(host), default_port};
  const int number = port.starts_with(':') ? parse_port(port.substr(1)) : -1;
  if (number < 0) return not_an_address(text);
  return HostPort{std::string(host), static_cast<uint16_t>(number)};
}

bool is_ip_address(std::string_view host) {
  in_addr parsed{};
  return is_ipv6(host) || ::inet_pton(AF_INET, std::string(host).c_str(), &parsed) == 1;
}

std::string to_string(const HostPort& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  const std::string host = brackets ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

Endpoint endpoint_of(const sockaddr& address) {
  Endpoint endpoint;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), endpoint.ip.bytes.begin());
    std::memcpy(endpoint.ip.bytes.data() + kMappedPrefix.size(), &v4.sin_addr, sizeof v4.sin_addr);
    endpoint.port = ntohs(v4.sin_port);
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(endpoint.ip.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    endpoint.scope = v6.sin6_scope_id;
    endpoint.port = ntohs(v6.sin6_port);
  }
  return endpoint;
}

std::string to_string(const IpAddress& ip) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* bytes = ip.bytes.data() + (ip.is_v4() ? kMappedPrefix.size() : 0);
  ::inet_ntop(ip.is_v4() ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  return text.data();
}

std::string to_string(const Endpoint& endpoint) {
  std::string host = to_string(endpoint.ip);
  if (endpoint.scope != 0) {
    std::array<char, IF_NAMESIZE> name{};
    const bool known = ::if_indextoname(endpoint.scope, name.data()) != nullptr;
    host += "%" + (known ? std::string(name.data()) : std::to_string(endpoint.scope));
  }
  return to_string(HostPort{host, endpoint.port});
}

}  // namespace picket
