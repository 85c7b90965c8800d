#include "node/cli/watch_wireguard.h"

#include <linux/capability.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "common/log.h"
#include "common/system_clock.h"
#include "common/systemd_notify.h"
#include "node/processes/activation.h"
#include "node/processes/privileges.h"
#include "node/wireguard/configuration_files.h"
#include "node/wireguard/serve.h"

namespace picket::node {
namespace {

constexpr const char* kName = "watch-wireguard";

// All that the process is made of; made after it gave up what it doesn't need.
struct Watcher {
  SystemClock clock;
  ConfigurationFiles configurations{"/"};
  WireguardWatch watch{clock, [] { return look_at_wireguard("/"); },
                       [this]() -> const PeerNames& { return configurations.names(); }};

  void serve(const UniqueFd& agent) { serve_wireguard(agent, watch, clock); }
};

Status give_up_privileges() {
  Status kept = keep_only({CAP_NET_ADMIN});
  if (!kept) log::error("can't watch WireGuard", {{"why", kept.error()}});
  return kept;
}

int serve_forked(UniqueFd agent) {
  log::set_up(log::Level::kInfo);
  if (!give_up_privileges()) return 1;
  Watcher().serve(agent);
  return 0;
}

void serve_accepted(UniqueFd agent, const std::string& path, Watcher& watcher) {
  const auto peer = unix_peer_of(agent.get());
  if (!peer || !may_connect(*peer, path)) {
    log::warn("refused who is neither root nor of the socket's group",
              {{"uid", peer ? peer->uid : static_cast<uid_t>(-1)}});
    return;
  }
  watcher.serve(agent);
}

}  // namespace

std::optional<SideProcess> start_wireguard_watcher() {
  if (::geteuid() != 0) return std::nullopt;
  auto watcher = SideProcess::start(kName, serve_forked);
  if (watcher) return *std::move(watcher);
  log::error("can't watch WireGuard", {{"why", watcher.error()}});
  return std::nullopt;
}

// One agent at a time; there is but one on a host, and others wait.
int watch_wireguard() {
  log::set_up(log::Level::kInfo);
  const auto listener = socket_of_service_manager();
  if (!listener) {
    log::error("can't watch WireGuard", {{"why", listener.error()}});
    return 1;
  }
  if (!give_up_privileges()) return 1;
  const std::string path = path_of_socket(listener->get());
  Watcher watcher;
  notify_systemd("READY=1");
  while (true) {
    UniqueFd agent(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (agent) {
      serve_accepted(std::move(agent), path, watcher);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      log::error("can't accept the agent", {{"why", std::strerror(errno)}});
      return 1;
    }
  }
}

}  // namespace picket::node
