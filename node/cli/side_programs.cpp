#include "node/cli/side_programs.h"

#include <linux/capability.h>

#include <memory>
#include <string>

#include "common/system_clock.h"
#include "node/cli/run_commands.h"
#include "node/keys/account_keys.h"
#include "node/keys/serve.h"
#include "node/wireguard/configuration_files.h"
#include "node/wireguard/serve.h"

namespace picket::node {
namespace {

struct Watcher {
  SystemClock clock;
  ConfigurationFiles configurations{"/"};
  WireguardWatch watch{clock, [] { return look_at_wireguard("/"); },
                       [this]() -> const PeerNames& { return configurations.names(); }};
};

SideProgram::Serve watch_wireguard() {
  return [watcher = std::make_shared<Watcher>()](const UniqueFd& agent) {
    serve_wireguard(agent, watcher->watch, watcher->clock);
  };
}

SideProgram::Serve name_keys() {
  return [](const UniqueFd& agent) {
    serve_key_names(agent, [](const std::string& user, const std::string& fingerprint) {
      return name_of_account_key("/", account_of, user, fingerprint);
    });
  };
}

}  // namespace

SideProgram wireguard_watcher() {
  return {"watch-wireguard", "picket-node-wireguard.socket", {CAP_NET_ADMIN}, watch_wireguard};
}

// Homes and the keys in them are their users' alone.
SideProgram key_namer() {
  return {"name-keys", "picket-node-keys.socket", {CAP_DAC_READ_SEARCH}, name_keys};
}

SideProcesses fork_side_processes() {
  return {fork_side_program(wireguard_watcher()), fork_side_program(key_namer()),
          fork_executor_starter()};
}

}  // namespace picket::node
