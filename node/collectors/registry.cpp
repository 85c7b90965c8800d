#include "node/collectors/registry.h"

#include "node/collectors/auth_log.h"
#include "node/collectors/commands.h"
#include "node/collectors/host.h"
#include "node/collectors/sessions.h"
#include "node/collectors/wireguard.h"

namespace picket::node {
namespace {

std::unique_ptr<Collector> make_auth_log(const CollectorContext& context) {
  return std::make_unique<AuthLogCollector>(context);
}

std::unique_ptr<Collector> make_commands(const CollectorContext& context) {
  return std::make_unique<CommandsCollector>(context);
}

std::unique_ptr<Collector> make_host(const CollectorContext& context) {
  return std::make_unique<HostCollector>(context);
}

std::unique_ptr<Collector> make_sessions(const CollectorContext& context) {
  return std::make_unique<SessionsCollector>(
      context, SessionsSettings{.safety_poll = context.safety_poll, .alive = {}});
}

std::unique_ptr<Collector> make_wireguard(const CollectorContext& context) {
  return std::make_unique<WireguardCollector>(context);
}

// sorted
constexpr CollectorRow kCollectors[] = {
    {"auth_log", make_auth_log}, {"commands", make_commands},   {"host", make_host},
    {"sessions", make_sessions}, {"wireguard", make_wireguard},
};

}  // namespace

std::span<const CollectorRow> collectors() { return kCollectors; }

}  // namespace picket::node
