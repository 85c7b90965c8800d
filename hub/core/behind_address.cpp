#include "hub/core/behind_address.h"

#include <string>

namespace picket::hub {
namespace {

v1::BehindAddress behind(const v1::WireguardPeer& peer) {
  v1::BehindAddress behind;
  behind.set_interface(peer.interface());
  behind.set_public_key(peer.public_key());
  behind.set_name(peer.name());
  behind.set_endpoint_address(peer.endpoint_address());
  behind.set_endpoint_port(peer.endpoint_port());
  return behind;
}

}  // namespace

std::optional<v1::BehindAddress> behind_address(const NodeRecord& node, std::string_view address) {
  const auto resource = node.resources.find(kWireguardResource);
  if (address.empty() || resource == node.resources.end()) return std::nullopt;
  // Of a tunnel that can't be seen any more nobody knows whose it is by now.
  if (!resource->second.health.has_ok()) return std::nullopt;
  const StoredWireguard& wireguard = resource->second.wireguard;
  const std::string* key = wireguard.owners.find(address);
  if (key == nullptr) return std::nullopt;
  return behind(wireguard.peers.at(*key));
}

void fill_behind(const NodeRecord& node, v1::Event& event) {
  if (!event.has_auth()) return;
  event.mutable_auth()->clear_behind();  // not the node's to say
  if (const auto behind = behind_address(node, event.auth().source_address()))
    *event.mutable_auth()->mutable_behind() = *behind;
}

}  // namespace picket::hub
