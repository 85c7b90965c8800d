// The kernel's messages about a WireGuard interface, made byte for byte as linux/wireguard.h
// documents them: no machine that runs these tests has the module.
#pragma once

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace picket::test {

/// 32 bytes that begin with the number.
inline std::string raw_key(uint32_t number) {
  std::string key(32, '\x5a');
  std::memcpy(key.data(), &number, sizeof number);
  return key;
}

/// One message, or several one after the other, as a datagram.
class Messages {
 public:
  using Fill = std::function<void(Messages& messages)>;

  Messages& message(uint16_t type, uint32_t sequence, const Fill& fill, uint16_t flags = 0) {
    const std::size_t at = bytes_.size();
    nlmsghdr header{0, type, flags, sequence, 0};
    add(&header, sizeof header);
    fill(*this);
    header.nlmsg_len = static_cast<uint32_t>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &header, sizeof header);
    return *this;
  }
  Messages& device(uint32_t sequence, const Fill& fill) {
    return message(kFamily, sequence, [&](Messages& messages) {
      const genlmsghdr header{WG_CMD_GET_DEVICE, WG_GENL_VERSION, 0};
      messages.add(&header, sizeof header);
      fill(messages);
    });
  }
  Messages& ended(uint16_t type, uint32_t sequence, int32_t error) {
    return message(type, sequence, [&](Messages& messages) { messages.add(&error, 4); });
  }

  Messages& bytes(uint16_t type, const void* value, std::size_t size) {
    const nlattr header{static_cast<uint16_t>(sizeof(nlattr) + size), type};
    add(&header, sizeof header);
    add(value, size);
    return *this;
  }
  Messages& text(uint16_t type, const std::string& value) {
    return bytes(type, value.c_str(), value.size() + 1);
  }
  Messages& key(uint16_t type, const std::string& value) {
    return bytes(type, value.data(), value.size());
  }
  template <typename Number>
  Messages& number(uint16_t type, Number value) {
    return bytes(type, &value, sizeof value);
  }
  Messages& nest(uint16_t type, const Fill& fill) {
    const std::size_t at = bytes_.size();
    nlattr header{0, static_cast<uint16_t>(type | NLA_F_NESTED)};
    add(&header, sizeof header);
    fill(*this);
    header.nla_len = static_cast<uint16_t>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &header, sizeof header);
    return *this;
  }
  Messages& endpoint_v4(const char* ip, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, ip, &address.sin_addr);
    return bytes(WGPEER_A_ENDPOINT, &address, sizeof address);
  }
  Messages& endpoint_v6(const char* ip, uint16_t port) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    inet_pton(AF_INET6, ip, &address.sin6_addr);
    return bytes(WGPEER_A_ENDPOINT, &address, sizeof address);
  }
  Messages& allowed_ip(int family, const char* ip, uint8_t bits) {
    return nest(0, [&](Messages& messages) {
      uint8_t address[16];
      inet_pton(family, ip, address);
      messages.number(WGALLOWEDIP_A_FAMILY, static_cast<uint16_t>(family));
      messages.bytes(WGALLOWEDIP_A_IPADDR, address, family == AF_INET ? 4 : 16);
      messages.number(WGALLOWEDIP_A_CIDR_MASK, bits);
    });
  }
  Messages& handshake(int64_t seconds, int64_t nanoseconds) {
    const int64_t time[2] = {seconds, nanoseconds};
    return bytes(WGPEER_A_LAST_HANDSHAKE_TIME, time, sizeof time);
  }

  const std::vector<char>& datagram() const { return bytes_; }
  const nlmsghdr* first() const { return reinterpret_cast<const nlmsghdr*>(bytes_.data()); }
  std::size_t size() const { return bytes_.size(); }

  static constexpr uint16_t kFamily = 0x21;

 private:
  // Everything begins at a multiple of four.
  void add(const void* value, std::size_t size) {
    const auto* from = static_cast<const char*>(value);
    bytes_.insert(bytes_.end(), from, from + size);
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
  }

  std::vector<char> bytes_;
};

}  // namespace picket::test
