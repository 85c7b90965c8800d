#include "node/wireguard/rows.h"

#include <algorithm>

#include "common/limits.h"
#include "common/utf8.h"

namespace picket::node {
namespace {

v1::WireguardInterface row_of(const WireguardInterfaceFact& fact, const std::string& name) {
  v1::WireguardInterface row;
  row.set_name(name);
  row.set_public_key(fact.public_key);
  row.set_listen_port(fact.listen_port);
  row.set_fwmark(fact.fwmark);
  row.set_userspace(fact.userspace);
  return row;
}

// The same whatever order the implementation has them in, also which are left out.
void set_allowed_ips(std::vector<IpPrefix> prefixes, v1::WireguardPeer& row) {
  std::ranges::sort(prefixes);
  const std::size_t told = std::min(prefixes.size(), limits::kWireguardAllowedIpsMax);
  for (std::size_t i = 0; i < told; ++i) row.add_allowed_ips(to_string(prefixes[i]));
  row.set_allowed_ips_left_out(static_cast<uint32_t>(prefixes.size() - told));
}

v1::WireguardPeer row_of(const WireguardPeerFact& fact, const std::string& interface,
                         const PeerNames& names) {
  v1::WireguardPeer row;
  row.set_key(interface + '/' + fact.public_key);
  row.set_interface(interface);
  row.set_public_key(fact.public_key);
  const auto name = names.find(fact.public_key);
  if (name != names.end()) row.set_name(name->second);
  if (fact.endpoint) {
    row.set_endpoint_address(to_string(fact.endpoint->ip));
    row.set_endpoint_port(fact.endpoint->port);
  }
  set_allowed_ips(fact.allowed_ips, row);
  row.set_keepalive_s(fact.keepalive_s);
  row.set_preshared_key(fact.preshared_key);
  row.set_received_bytes(fact.received_bytes);
  row.set_sent_bytes(fact.sent_bytes);
  return row;
}

template <typename Rows, typename Key>
void sort_by(Rows& rows, Key key) {
  std::sort(rows.begin(), rows.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

}  // namespace

v1::WireguardRows wireguard_rows(const std::vector<WireguardInterfaceFact>& interfaces,
                                 const PeerNames& names, Handshakes& handshakes, WallTime wall,
                                 SteadyTime steady) {
  v1::WireguardRows rows;
  for (const auto& interface : interfaces) {
    const std::string name = to_valid_utf8(interface.name);
    *rows.add_interfaces() = row_of(interface, name);
    for (const auto& peer : interface.peers) {
      v1::WireguardPeer row = row_of(peer, name, names);
      const Handshake handshake = handshakes.see(row.key(), peer, wall, steady);
      row.set_active(handshake.active);
      row.set_latest_handshake_unix_ns(handshake.at_unix_ns);
      *rows.add_peers() = std::move(row);
    }
  }
  handshakes.forget_unseen();
  sort_by(*rows.mutable_interfaces(), [](const auto& row) -> const auto& { return row.name(); });
  sort_by(*rows.mutable_peers(), [](const auto& row) -> const auto& { return row.key(); });
  return rows;
}

void clear_refreshed(v1::WireguardRows& rows) {
  for (auto& peer : *rows.mutable_peers()) {
    peer.clear_latest_handshake_unix_ns();
    peer.clear_received_bytes();
    peer.clear_sent_bytes();
  }
}

}  // namespace picket::node
