#include "node/wireguard/uapi_reply.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/limits.h"
#include "node/wireguard/key.h"

namespace picket::node {
namespace {

constexpr std::size_t kLineBytesMax = 512;  // the longest that is known has 81

Error not_understood(std::string_view what) {
  return Error{"its answer isn't WireGuard's: " + std::string(what)};
}

template <typename Number>
Status read_number(std::string_view key, std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return not_understood(key);
  return {};
}

// "192.0.2.1:51820", "[fe80::1%eth0]:51820"
std::optional<WireguardEndpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  const auto ip = parse_ip(address);
  uint16_t port = 0;
  if (!ip || !read_number("endpoint", text.substr(colon + 1), port)) return std::nullopt;
  return WireguardEndpoint{*ip, port};
}

}  // namespace

UapiReply::UapiReply(std::string interface) : pending_(kLineBytesMax) {
  interface_.name = std::move(interface);
  interface_.userspace = true;
}

Status UapiReply::feed(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ > limits::kWireguardReplyBytesMax) return not_understood("it doesn't end");
  while (!bytes.empty() && !complete_) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (pending_bytes_ + piece.size() > kLineBytesMax) return not_understood("a line is too long");
    const bool whole = pending_bytes_ == 0 && end != std::string_view::npos;
    if (!whole) {
      std::memcpy(pending_.data().data() + pending_bytes_, piece.data(), piece.size());
      pending_bytes_ += piece.size();
    }
    if (end == std::string_view::npos) return {};
    const auto read = line(whole ? piece : pending_.reveal().substr(0, pending_bytes_));
    wipe(pending_.data().data(), pending_bytes_);
    pending_bytes_ = 0;
    if (!read) return Error{read.error()};
    bytes.remove_prefix(end + 1);
  }
  return {};
}

Status UapiReply::line(std::string_view line) {
  if (line.empty()) {
    complete_ = has_status_;
    return complete_ ? Status() : not_understood("it ends without a status");
  }
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return not_understood("a line is no pair");
  const std::string_view key = line.substr(0, equals);
  const std::string_view value = line.substr(equals + 1);
  if (key == "errno") {
    has_status_ = true;
    int64_t status = 0;
    if (!read_number(key, value, status)) return not_understood(key);
    return status == 0 ? Status() : Error{"it refused, error " + std::to_string(status)};
  }
  if (key == "public_key") {
    auto text = key_text_of_hex(value);
    if (!text) return not_understood(key);
    if (interface_.peers.size() == limits::kWireguardPeersMax)
      return Error{"it has too many peers"};
    interface_.peers.emplace_back().public_key = *std::move(text);
    return {};
  }
  return interface_.peers.empty() ? of_interface(key, value) : of_peer(key, value);
}

Status UapiReply::of_interface(std::string_view key, std::string_view value) {
  if (key == "listen_port") return read_number(key, value, interface_.listen_port);
  if (key == "fwmark") return read_number(key, value, interface_.fwmark);
  if (key != "private_key") return {};  // of a later version
  auto public_key = public_key_of_private_hex(value);
  if (!public_key) return not_understood(key);
  interface_.public_key = *std::move(public_key);
  return {};
}

Status UapiReply::of_peer(std::string_view key, std::string_view value) {
  WireguardPeerFact& peer = interface_.peers.back();
  if (key == "preshared_key") {
    peer.preshared_key = !is_zero_hex(value);
    return {};
  }
  if (key == "endpoint") {
    peer.endpoint = parse_endpoint(value);
    return peer.endpoint ? Status() : not_understood(key);
  }
  if (key == "allowed_ip") {
    const auto prefix = parse_prefix(value);
    if (!prefix) return not_understood(key);
    peer.allowed_ips.push_back(*prefix);
    return {};
  }
  if (key == "persistent_keepalive_interval") return read_number(key, value, peer.keepalive_s);
  if (key == "last_handshake_time_sec") return read_number(key, value, peer.handshake_s);
  if (key == "last_handshake_time_nsec") return read_number(key, value, peer.handshake_ns);
  if (key == "rx_bytes") return read_number(key, value, peer.received_bytes);
  if (key == "tx_bytes") return read_number(key, value, peer.sent_bytes);
  return {};  // of a later version
}

}  // namespace picket::node
