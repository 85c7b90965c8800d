#include "node/wireguard/device_dump.h"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "common/base64.h"
#include "common/limits.h"
#include "node/wireguard/attributes.h"
#include "node/wireguard/key.h"

namespace picket::node {
namespace {

static_assert(kWireguardKeyBytes == WG_KEY_LEN);

std::string_view bytes_of(const nlattr* attribute) {
  return {static_cast<const char*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

template <typename Number>
bool read(const nlattr* attribute, Number& number) {
  if (mnl_attr_get_payload_len(attribute) != sizeof number) return false;
  std::memcpy(&number, mnl_attr_get_payload(attribute), sizeof number);
  return true;
}

bool is_key(const nlattr* attribute) {
  return mnl_attr_get_payload_len(attribute) == kWireguardKeyBytes;
}

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

bool read_key(const nlattr* attribute, std::string& text) {
  if (!is_key(attribute)) return false;
  text = is_zero(bytes_of(attribute)) ? "" : to_base64(bytes_of(attribute));
  return true;
}

bool read_endpoint(const nlattr* attribute, std::optional<WireguardEndpoint>& endpoint) {
  const std::string_view bytes = bytes_of(attribute);
  sockaddr_storage address{};
  if (bytes.size() > sizeof address) return false;
  std::memcpy(&address, bytes.data(), bytes.size());
  const bool whole = (address.ss_family == AF_INET && bytes.size() >= sizeof(sockaddr_in)) ||
                     (address.ss_family == AF_INET6 && bytes.size() >= sizeof(sockaddr_in6));
  if (!whole) return false;
  const Endpoint read = endpoint_of(reinterpret_cast<const sockaddr&>(address));
  endpoint = WireguardEndpoint{read.ip, read.port};
  return true;
}

bool read_handshake(const nlattr* attribute, WireguardPeerFact& peer) {
  int64_t time[2] = {};  // struct __kernel_timespec
  if (!read(attribute, time)) return false;
  peer.handshake_s = time[0];
  peer.handshake_ns = time[1];
  return true;
}

bool read_allowed_ip(const nlattr* nest, std::vector<IpPrefix>& allowed_ips) {
  uint16_t family = 0;
  uint8_t bits = 0;
  std::string_view ip;
  for (const nlattr* attribute : Attributes(nest)) {
    switch (mnl_attr_get_type(attribute)) {
      case WGALLOWEDIP_A_FAMILY:
        if (!read(attribute, family)) return false;
        break;
      case WGALLOWEDIP_A_CIDR_MASK:
        if (!read(attribute, bits)) return false;
        break;
      case WGALLOWEDIP_A_IPADDR: ip = bytes_of(attribute); break;
      default: break;
    }
  }
  const bool is_v4 = family == AF_INET && ip.size() == sizeof(in_addr) && bits <= 32;
  const bool is_v6 = family == AF_INET6 && ip.size() == sizeof(in6_addr) && bits <= 128;
  if (!is_v4 && !is_v6) return false;
  IpAddress address;
  if (is_v4) address.bytes[10] = address.bytes[11] = 0xff;
  std::memcpy(address.bytes.data() + (is_v4 ? 12 : 0), ip.data(), ip.size());
  allowed_ips.push_back(prefix_of(address, is_v4 ? 96 + bits : bits));
  return true;
}

bool read_allowed_ips(const nlattr* list, std::vector<IpPrefix>& allowed_ips) {
  for (const nlattr* nest : Attributes(list)) {
    if (!read_allowed_ip(nest, allowed_ips)) return false;
  }
  return true;
}

bool read_preshared(const nlattr* attribute, bool& is_set) {
  is_set = !is_zero(bytes_of(attribute));
  return is_key(attribute);
}

bool read_of_peer(const nlattr* attribute, WireguardPeerFact& peer) {
  switch (mnl_attr_get_type(attribute)) {
    case WGPEER_A_PUBLIC_KEY: return read_key(attribute, peer.public_key);
    case WGPEER_A_PRESHARED_KEY: return read_preshared(attribute, peer.preshared_key);
    case WGPEER_A_ENDPOINT: return read_endpoint(attribute, peer.endpoint);
    case WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL: return read(attribute, peer.keepalive_s);
    case WGPEER_A_LAST_HANDSHAKE_TIME: return read_handshake(attribute, peer);
    case WGPEER_A_RX_BYTES: return read(attribute, peer.received_bytes);
    case WGPEER_A_TX_BYTES: return read(attribute, peer.sent_bytes);
    case WGPEER_A_ALLOWEDIPS: return read_allowed_ips(attribute, peer.allowed_ips);
    default: return true;
  }
}

}  // namespace

bool DeviceDump::take(const nlmsghdr* message) {
  if (mnl_nlmsg_get_payload_len(message) < GENL_HDRLEN) return false;
  for (const nlattr* attribute : Attributes(message, GENL_HDRLEN)) {
    bool fits = true;
    switch (mnl_attr_get_type(attribute)) {
      case WGDEVICE_A_IFNAME:
        fits = mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0;
        if (fits) interface_.name = mnl_attr_get_str(attribute);
        break;
      case WGDEVICE_A_PUBLIC_KEY: fits = read_key(attribute, interface_.public_key); break;
      case WGDEVICE_A_LISTEN_PORT: fits = read(attribute, interface_.listen_port); break;
      case WGDEVICE_A_FWMARK: fits = read(attribute, interface_.fwmark); break;
      case WGDEVICE_A_PEERS: fits = take_peers(attribute); break;
      default: break;  // WGDEVICE_A_PRIVATE_KEY above all
    }
    if (!fits) return false;
  }
  return true;
}

bool DeviceDump::take_peers(const nlattr* peers) {
  for (const nlattr* nest : Attributes(peers)) {
    if (!take_peer(nest)) return false;
  }
  return true;
}

// A peer whose allowed IPs don't fit is told of again, with its key and the next of them only.
bool DeviceDump::take_peer(const nlattr* nest) {
  WireguardPeerFact peer;
  for (const nlattr* attribute : Attributes(nest)) {
    if (!read_of_peer(attribute, peer)) return false;
  }
  if (peer.public_key.empty()) return false;
  auto& peers = interface_.peers;
  if (!peers.empty() && peers.back().public_key == peer.public_key) {
    auto& ips = peers.back().allowed_ips;
    ips.insert(ips.end(), peer.allowed_ips.begin(), peer.allowed_ips.end());
    return true;
  }
  if (peers.size() == limits::kWireguardPeersMax) return false;
  peers.push_back(std::move(peer));
  return true;
}

}  // namespace picket::node
