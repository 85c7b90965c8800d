#include "client/cli/print_wireguard.h"

#include <algorithm>
#include <cstdint>

#include "client/cli/table.h"
#include "client/lib/time_text.h"
#include "client/words/wireguard_words.h"
#include "client/words/words.h"
#include "common/units.h"

namespace picket::cli {
namespace {

std::string interfaces_words(const v1::WireguardRows& rows) {
  std::string words;
  for (const auto& interface : rows.interfaces()) {
    words += (words.empty() ? "" : "; ") + words::outside_text(interface.name());
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
    table.add({words::peer_name(peer), words::outside_text(peer.interface()),
               peer.active() ? Cell("active", Colour::kGreen) : Cell("idle", Colour::kDim),
               peer.endpoint_address().empty() ? "-" : words::outside_text(peer.endpoint_address()),
               words::allowed_ips(peer), handshake_words(peer, now),
               bytes_words(peer.has_received_bytes(), peer.received_bytes()),
               bytes_words(peer.has_sent_bytes(), peer.sent_bytes())});
  }
  return table.print(screen);
}

}  // namespace

std::string print_wireguard(const client::NodeDetails& details,
                            const v1::CollectorSummary& collector, WallTime now,
                            const Screen& screen) {
  const auto& health = collector.health();
  if (!health.has_ok()) {
    const Colour colour = health.has_failed() ? Colour::kRed : Colour::kDim;
    return coloured(words::wireguard_blind_words(health), colour, screen) + "\n";
  }
  std::string text = interfaces_words(details.wireguard);
  if (details.node.state() != v1::NodeSummary::STATE_CONNECTED) text += " (before it disconnected)";
  text += "\n";
  if (details.wireguard.peers_size() > 0) text += print_peers(details.wireguard, now, screen);
  return text;
}

}  // namespace picket::cli
