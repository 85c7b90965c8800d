#include "common/host_port.h"

#include <charconv>
#include <optional>

namespace picket {
namespace {

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

bool is_host(std::string_view host, bool in_brackets) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kNameSigns = "0123456789.-_";
  constexpr std::string_view kIpv6Signs = "0123456789.:%";
  const std::string_view signs = in_brackets ? kIpv6Signs : kNameSigns;
  for (const char c : host) {
    if (kLetters.find(c) == std::string_view::npos && signs.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return !host.empty() && (!in_brackets || host.find(':') != std::string_view::npos);
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
  const Error wrong{
      "expected host:port such as \"hub.example.org:9992\" or \"[::1]:9992\", found \"" +
      std::string(text) + '"'};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  const auto port = parse_port(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  if (in_brackets) host = host.substr(1, host.size() - 2);
  if (!port || !is_host(host, in_brackets)) return wrong;
  return HostPort{std::string(host), *port};
}

std::string to_string(const HostPort& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

}  // namespace picket
