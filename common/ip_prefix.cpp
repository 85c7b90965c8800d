#include "common/ip_prefix.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>

namespace picket {
namespace {

constexpr int kV4Bits = 32;
constexpr int kAllBits = 128;

IpAddress mapped(const uint8_t* v4) {
  IpAddress ip;
  ip.bytes[10] = ip.bytes[11] = 0xff;
  std::copy(v4, v4 + 4, ip.bytes.begin() + 12);
  return ip;
}

std::optional<int> parse_bits(std::string_view text, int max) {
  int bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || bits < 0 || bits > max) return std::nullopt;
  return bits;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::size_t zone = text.find('%');
  const std::string address(text.substr(0, zone));
  IpAddress ip;
  if (::inet_pton(AF_INET6, address.c_str(), ip.bytes.data()) == 1)
    return zone == text.size() - 1 ? std::nullopt : std::optional(ip);
  uint8_t v4[4];
  if (zone != std::string_view::npos || ::inet_pton(AF_INET, address.c_str(), v4) != 1)
    return std::nullopt;
  return mapped(v4);
}

std::optional<IpPrefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto ip = parse_ip(address);
  if (!ip || address.find('%') != std::string_view::npos) return std::nullopt;
  if (slash == std::string_view::npos) return prefix_of(*ip, kAllBits);
  const bool is_v4 = address.find(':') == std::string_view::npos;
  const auto bits = parse_bits(text.substr(slash + 1), is_v4 ? kV4Bits : kAllBits);
  if (!bits) return std::nullopt;
  return prefix_of(*ip, is_v4 ? kAllBits - kV4Bits + *bits : *bits);
}

IpPrefix prefix_of(const IpAddress& address, int bits) {
  IpPrefix prefix{address, bits};
  for (int bit = bits; bit < kAllBits; ++bit) {
    auto& byte = prefix.ip.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return prefix;
}

std::string to_string(const IpPrefix& prefix) {
  const bool is_v4 = prefix.bits >= kAllBits - kV4Bits && prefix.ip.is_v4();
  const int bits = is_v4 ? prefix.bits - (kAllBits - kV4Bits) : prefix.bits;
  return to_string(prefix.ip) + '/' + std::to_string(bits);
}

bool IpPrefix::contains(const IpAddress& address) const {
  return prefix_of(address, bits) == *this;
}

}  // namespace picket
