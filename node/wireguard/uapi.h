// The sockets of WireGuard programs that are no kernel: which there are, and what each says.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "node/wireguard/facts.h"

namespace picket::node {

inline constexpr std::string_view kUapiFolder = "/var/run/wireguard";

struct UapiSocket {
  std::string interface;
  std::filesystem::path path;
};

/// Sorted by interface; none if there is no such folder. An error: who may not list it can't know.
Result<std::vector<UapiSocket>> uapi_sockets(const std::filesystem::path& root);

/// What the program behind the socket says now; nothing: none is there, the file was left behind.
/// Takes limits::kWireguardReplyTimeout at most.
Result<std::optional<WireguardInterfaceFact>> ask_uapi(const UapiSocket& socket);

}  // namespace picket::node
