// WireGuard in the kernel: its interfaces, and what it says of each. Only the first may be asked by
// everybody.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "node/wireguard/facts.h"

namespace picket::node {

/// The name of the interface that an RTM_NEWLINK message tells of, if it is one of WireGuard's.
std::optional<std::string> wireguard_link_of(const nlmsghdr* message);

/// The names of all interfaces of the kind "wireguard".
Result<std::vector<std::string>> wireguard_links();

/// What came of asking the kernel for an interface.
struct KernelAnswer {
  int error = 0;  // ENODEV: it has gone; EPERM: CAP_NET_ADMIN is missing
  WireguardInterfaceFact interface;
};
KernelAnswer ask_kernel(const std::string& interface);

/// The number of a family of generic netlink; 0: the kernel has none of this name.
uint16_t generic_family(const std::string& name);

}  // namespace picket::node
