#include "node/wireguard/host.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "node/wireguard/kernel.h"
#include "node/wireguard/uapi.h"

namespace picket::node {
namespace {

// A captured tree has no kernel.
bool is_this_host(const std::filesystem::path& root) { return root == "/"; }

bool has_interface(const WireguardSight& sight, const std::string& name) {
  return std::ranges::find(sight.interfaces, name, &WireguardInterfaceFact::name) !=
         sight.interfaces.end();
}

void look_at_kernel(WireguardSight& sight) {
  const auto links = wireguard_links();
  if (!links) {
    sight.failure = links.error();
    return;
  }
  for (const std::string& link : *links) {
    auto answer = ask_kernel(link);
    if (answer.error == ENODEV) continue;  // it went meanwhile
    if (answer.error != 0) {
      sight.failure =
          "can't see the interface " + link + ": " + std::generic_category().message(answer.error);
      if (answer.error == EPERM) sight.remedy = "give the process that watches it CAP_NET_ADMIN";
      return;
    }
    answer.interface.name = link;
    sight.interfaces.push_back(std::move(answer.interface));
  }
  if (!links->empty()) sight.sources.emplace_back("kernel");
}

void look_at_programs(const std::filesystem::path& root, WireguardSight& sight) {
  const auto sockets = uapi_sockets(root);
  if (!sockets) {
    sight.failure = sockets.error();
    return;
  }
  bool any = false;
  for (const UapiSocket& socket : *sockets) {
    if (has_interface(sight, socket.interface)) continue;
    auto answer = ask_uapi(socket);
    if (!answer) {
      sight.failure = "can't see the interface " + socket.interface + ": " + socket.path.native() +
                      ": " + answer.error();
      return;
    }
    if (!*answer) continue;
    any = true;
    sight.interfaces.push_back(*std::move(*answer));
  }
  if (any) sight.sources.emplace_back("userspace");
}

}  // namespace

WireguardSight look_at_wireguard(const std::filesystem::path& root) {
  WireguardSight sight;
  if (is_this_host(root)) look_at_kernel(sight);
  if (sight.failure.empty()) look_at_programs(root, sight);
  return sight;
}

Result<bool> has_wireguard(const std::filesystem::path& root) {
  if (is_this_host(root)) {
    const auto links = wireguard_links();
    if (!links) return Error{links.error()};
    if (!links->empty()) return true;
  }
  const auto sockets = uapi_sockets(root);
  if (!sockets) return Error{sockets.error()};
  return !sockets->empty();
}

}  // namespace picket::node
