// The kernel's description of a WireGuard interface, by generic netlink: messages of which one goes
// on where the other ended, in the middle of a peer if need be. Keys that are secret stay where
// they are, in the message.
#pragma once

#include <linux/netlink.h>

#include "node/wireguard/facts.h"

namespace picket::node {

class DeviceDump {
 public:
  /// Takes the next message of the dump, header of generic netlink included. False: it is none.
  [[nodiscard]] bool take(const nlmsghdr* message);
  WireguardInterfaceFact finish() { return std::move(interface_); }

 private:
  bool take_peers(const nlattr* peers);
  bool take_peer(const nlattr* nest);

  WireguardInterfaceFact interface_;
};

}  // namespace picket::node
