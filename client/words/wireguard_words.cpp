#include "client/words/wireguard_words.h"

#include <cstdint>

#include "client/words/words.h"
#include "common/text.h"

namespace picket::words {
namespace {

std::string endpoint_of(const std::string& address, uint32_t port) {
  return outside_text(address) + " port " + std::to_string(port);
}

template <typename Texts>
std::string list_of(const Texts& texts, uint32_t left_out) {
  std::string words;
  for (const std::string& text : texts) words += (words.empty() ? "" : ", ") + outside_text(text);
  if (left_out > 0) words += " and " + std::to_string(left_out) + " more";
  return words.empty() ? "none" : words;
}

}  // namespace

std::string peer_name(const v1::WireguardPeer& peer) {
  return outside_text(peer.name().empty() ? peer.public_key() : peer.name());
}

std::string allowed_ips(const v1::WireguardPeer& peer) {
  return list_of(peer.allowed_ips(), peer.allowed_ips_left_out());
}

std::string wireguard_words(const std::string& kind, const v1::WireguardEvent& event) {
  const auto& peer = event.peer();
  const std::string lead =
      "WireGuard peer " + peer_name(peer) + " (" + outside_text(peer.interface()) + ")";
  const std::string endpoint =
      peer.endpoint_address().empty()
          ? ""
          : ", at " + endpoint_of(peer.endpoint_address(), peer.endpoint_port());
  const std::string ips = allowed_ips(peer);
  if (kind == "wg.peer_added") return lead + " added, allowed IPs " + ips + endpoint;
  if (kind == "wg.peer_removed") return lead + " removed, allowed IPs were " + ips;
  if (kind == "wg.peer_active") return lead + " is active" + endpoint;
  if (kind == "wg.peer_idle") return lead + " is idle" + endpoint;
  if (kind == "wg.peer_endpoint_moved") {
    return lead + " moved from " +
           endpoint_of(event.endpoint_address_before(), event.endpoint_port_before()) + " to " +
           endpoint_of(peer.endpoint_address(), peer.endpoint_port());
  }
  if (kind == "wg.peer_allowed_ips_changed")
    return lead + ": allowed IPs " + ips + ", before " + list_of(event.allowed_ips_before(), 0);
  return escape_for_terminal(kind) + ": " + lead;
}

std::string wireguard_blind_words(const v1::CollectorHealth& health) {
  return blind_words(health, "see WireGuard");
}

}  // namespace picket::words
