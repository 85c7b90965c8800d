#include "node/cli/run_commands.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "common/log.h"
#include "common/random_id.h"
#include "common/system_clock.h"
#include "common/systemd_notify.h"
#include "node/commands/allowlist.h"
#include "node/executor/serve.h"
#include "node/executor/user_libraries.h"
#include "node/processes/activation.h"

namespace picket::node {
namespace {

constexpr const char* kName = "run-commands";
constexpr const char* kStarterName = "start-commands";

int serve(UniqueFd socket) {
  load_user_libraries();
  const SystemClock clock;
  Executor executor(kAllowlistPath, random_id(), clock);
  notify_systemd("READY=1");
  return serve_executor(std::move(socket), executor, clock);
}

int serve_forked(UniqueFd agent) {
  log::set_up(log::Level::kInfo);
  return serve(std::move(agent));
}

int fail(const std::string& why) {
  log::error("commands can't be run", {{"why", why}});
  return 1;
}

}  // namespace

std::optional<SideStarter> fork_executor_starter() {
  if (::geteuid() != 0) return std::nullopt;
  auto starter = SideStarter::start(kStarterName, kName, serve_forked);
  if (starter) return *std::move(starter);
  fail(starter.error());
  return std::nullopt;
}

int run_commands() {
  log::set_up(log::Level::kInfo);
  auto listener = socket_of_service_manager("picket-node-commands.socket");
  if (!listener) return fail(listener.error());
  return serve(*std::move(listener));
}

}  // namespace picket::node
