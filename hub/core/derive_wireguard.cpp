#include "hub/core/derive_wireguard.h"

#include <algorithm>
#include <utility>

namespace picket::hub {
namespace {

using Interfaces = RowDiff<v1::WireguardInterface>;
using Peers = RowDiff<v1::WireguardPeer>;

void tell_change(UpdateSink& sink, const std::string& resource, const Interfaces& interfaces,
                 const Peers& peers) {
  ChangePieces<v1::WireguardChange> pieces;
  for (const auto& row : interfaces.added) *pieces.piece_for(row).add_interfaces_added() = row;
  for (const auto& row : interfaces.changed) *pieces.piece_for(row).add_interfaces_changed() = row;
  for (const auto& row : interfaces.removed)
    pieces.piece_for(row.name()).add_interfaces_removed(row.name());
  for (const auto& row : peers.added) *pieces.piece_for(row).add_added() = row;
  for (const auto& row : peers.changed) *pieces.piece_for(row).add_changed() = row;
  for (const auto& row : peers.removed) pieces.piece_for(row.key()).add_removed_keys(row.key());
  for (auto& piece : pieces.take()) *sink.change(resource).mutable_wireguard() = std::move(piece);
}

v1::WireguardEvent& event_of(UpdateSink& sink, const char* kind, const v1::WireguardPeer& peer) {
  auto* event = sink.event(kind).mutable_wireguard();
  *event->mutable_peer() = peer;
  return *event;
}

bool same_allowed_ips(const v1::WireguardPeer& a, const v1::WireguardPeer& b) {
  return a.allowed_ips_left_out() == b.allowed_ips_left_out() &&
         std::equal(a.allowed_ips().begin(), a.allowed_ips().end(), b.allowed_ips().begin(),
                    b.allowed_ips().end());
}

// Another port of the same address is what every NAT does now and then: a change, but no news.
bool has_moved(const v1::WireguardPeer& before, const v1::WireguardPeer& after) {
  return !before.endpoint_address().empty() && !after.endpoint_address().empty() &&
         before.endpoint_address() != after.endpoint_address();
}

void tell_peer(UpdateSink& sink, const v1::WireguardPeer& before, const v1::WireguardPeer& after) {
  if (before.active() != after.active())
    event_of(sink, after.active() ? "wg.peer_active" : "wg.peer_idle", after);
  if (has_moved(before, after)) {
    auto& event = event_of(sink, "wg.peer_endpoint_moved", after);
    event.set_endpoint_address_before(before.endpoint_address());
    event.set_endpoint_port_before(before.endpoint_port());
  }
  if (!same_allowed_ips(before, after)) {
    auto& event = event_of(sink, "wg.peer_allowed_ips_changed", after);
    *event.mutable_allowed_ips_before() = before.allowed_ips();
  }
}

}  // namespace

StoredWireguard stored_wireguard(const v1::WireguardRows& rows) {
  StoredWireguard stored;
  for (const auto& row : rows.interfaces()) stored.interfaces[row.name()] = row;
  for (const auto& row : rows.peers()) {
    auto& peer = stored.peers[row.key()];
    peer = row;
    peer.clear_latest_handshake_unix_ns();
    peer.clear_received_bytes();
    peer.clear_sent_bytes();
  }
  stored.owners = AddressOwners(stored.peers);
  return stored;
}

void derive_wireguard(UpdateSink& sink, StoredResource& stored, const v1::ResourceValue& value) {
  // As of sessions: a collector that can't see, or was switched off, removes no peer.
  const bool sees = value.health().has_ok();
  if (value.resource() != kWireguardResource || (!sees && !value.health().has_not_monitored()))
    return;
  auto after = sees ? stored_wireguard(value.wireguard()) : StoredWireguard();
  const auto interfaces = diff_rows(stored.wireguard.interfaces, after.interfaces);
  const auto peers = diff_rows(stored.wireguard.peers, after.peers);
  if (interfaces.empty() && peers.empty()) return;
  tell_change(sink, value.resource(), interfaces, peers);
  // The first value ever seen says what is there, not that it came just now.
  if (sees && stored.ever_seen) {
    for (const auto& peer : peers.removed) event_of(sink, "wg.peer_removed", peer);
    for (const auto& peer : peers.added) event_of(sink, "wg.peer_added", peer);
    for (const auto& peer : peers.changed)
      tell_peer(sink, stored.wireguard.peers.at(peer.key()), peer);
  }
  stored.wireguard = std::move(after);
  std::erase_if(stored.peer_counts,
                [&](const auto& entry) { return !stored.wireguard.peers.contains(entry.first); });
}

}  // namespace picket::hub
