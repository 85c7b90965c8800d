// All of WireGuard on this host, in the kernel and in programs: what a look at it finds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/result.h"
#include "node/wireguard/facts.h"

namespace picket::node {

/// What a look found, or why it can't be said what there is: then `failure` isn't empty, and
/// nothing else counts.
struct WireguardSight {
  std::vector<WireguardInterfaceFact> interfaces;
  std::vector<std::string> sources;  // "kernel", "userspace"
  std::string failure;
  std::string remedy;
};

/// Needs CAP_NET_ADMIN for the kernel, and to be root for most programs.
WireguardSight look_at_wireguard(const std::filesystem::path& root);

/// Whether there is any interface of WireGuard's, which everybody may know. An error: it can't be
/// told here.
Result<bool> has_wireguard(const std::filesystem::path& root);

}  // namespace picket::node
