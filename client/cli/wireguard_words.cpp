#include "client/cli/wireguard_words.h"

#include <algorithm>
#include <cstdint>

#include "client/cli/table.h"
#include "client/cli/words.h"
#include "client/lib/time_text.h"
#include "common/text.h"
#include "common/units.h"

namespace picket::cli {
namespace {

std::string name_of(const v1::WireguardPeer& peer) {
  return outside_text(peer.name().empty() ? peer.public_key() : peer.name());
}

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

std::string interfaces_words(const v1::WireguardRows& rows) {
  std::string words;
  for (const auto& interface : rows.interfaces()) {
    words += (words.empty() ? "" : "; ") + outside_text(interface.name());
    if (interface.listen_port() != 0) words += ", port " + std::to_string(interface.listen_port());
    if (interface.userspace()) words += ", userspace";
  }
  if (words.empty()) return "no interface";
  const auto active = std::count_if(rows.peers().begin(), rows.peers().end(),
                                    [](const auto& peer) { return peer.active(); });
  return words + ": " + std::to_string(rows.peers_size()) +
         (rows.peers_size() == 1 ? " peer, " : " peers, ") + std::to_string(active) + " active";
}

std::string handshake_words(const v1::WireguardPeer& peer, WallTime now) {
  if (!peer.has_received_bytes()) return "?";  // never fetched
  if (peer.latest_handshake_unix_ns() == 0) return "never";
  return client::relative_time(from_unix_ns(peer.latest_handshake_unix_ns()), now);
}

std::string bytes_words(bool known, uint64_t bytes) {
  return known ? print_size_rounded(bytes) : "?";
}

std::string print_peers(const v1::WireguardRows& rows, WallTime now, const Screen& screen) {
  Table table(
      {"PEER", "INTERFACE", "STATE", "ENDPOINT", "ALLOWED IPS", "HANDSHAKE", "RECEIVED", "SENT"},
      4);
  for (const auto& peer : rows.peers()) {
    table.add({name_of(peer), outside_text(peer.interface()),
               peer.active() ? Cell("active", Colour::kGreen) : Cell("idle", Colour::kDim),
               peer.endpoint_address().empty() ? "-" : outside_text(peer.endpoint_address()),
               list_of(peer.allowed_ips(), peer.allowed_ips_left_out()), handshake_words(peer, now),
               bytes_words(peer.has_received_bytes(), peer.received_bytes()),
               bytes_words(peer.has_sent_bytes(), peer.sent_bytes())});
  }
  return table.print(screen);
}

}  // namespace

std::string wireguard_words(const std::string& kind, const v1::WireguardEvent& event) {
  const auto& peer = event.peer();
  const std::string lead =
      "WireGuard peer " + name_of(peer) + " (" + outside_text(peer.interface()) + ")";
  const std::string endpoint =
      peer.endpoint_address().empty()
          ? ""
          : ", at " + endpoint_of(peer.endpoint_address(), peer.endpoint_port());
  const std::string ips = list_of(peer.allowed_ips(), peer.allowed_ips_left_out());
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

std::string print_wireguard(const client::NodeDetails& details,
                            const v1::CollectorSummary& collector, WallTime now,
                            const Screen& screen) {
  const auto& health = collector.health();
  if (!health.has_ok()) {
    const Colour colour = health.has_failed() ? Colour::kRed : Colour::kDim;
    return coloured(wireguard_blind_words(health), colour, screen) + "\n";
  }
  std::string text = interfaces_words(details.wireguard);
  if (details.node.state() != v1::NodeSummary::STATE_CONNECTED) text += " (before it disconnected)";
  text += "\n";
  if (details.wireguard.peers_size() > 0) text += print_peers(details.wireguard, now, screen);
  return text;
}

}  // namespace picket::cli
