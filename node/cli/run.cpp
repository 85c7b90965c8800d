#include <cstdio>
#include <string>

#include "common/deny_exec.h"
#include "common/log.h"
#include "common/protocol.h"
#include "common/since.h"
#include "common/system_clock.h"
#include "common/systemd_notify.h"
#include "common/text.h"
#include "node/cli/commands.h"
#include "node/cli/running_agent.h"
#include "node/cli/side_programs.h"
#include "node/collectors/host_facts.h"
#include "node/processes/unprivileged.h"

namespace picket::node {
namespace {

int fail(const std::string& why) {
  log::error("the agent can't start", {{"why", why}});
  return 1;
}

int not_joined() {
  constexpr const char* kWhy =
      "this server has not joined a hub; on the hub: picket token create --name NAME, then here: "
      "picket-node join TOKEN";
  log::error("the agent can't start", {{"why", kWhy}});
  notify_systemd(std::string("STATUS=") + kWhy);
  return config::kExitNotSetUp;
}

}  // namespace

int run_agent(const config::Choice& choice, const std::string& since) {
  // Before everything else: they have what is in this process now, and must not have what comes.
  SideProcesses beside = fork_side_processes();
  const SystemClock clock;
  LogStart log_start = FromNow{};
  if (!since.empty()) {
    const auto parsed = parse_since(since, clock.wall());
    if (!parsed) {
      std::fprintf(stderr, "picket-node: --since: %s\n",
                   escape_for_terminal(parsed.error()).c_str());
      return 2;
    }
    log_start = *parsed;
  }
  const auto config = config::or_complain(config::load<NodeConfig>(choice));
  if (!config) return 2;
  log::set_up(config->log_level);
  const auto unprivileged = become_agent_user(config->state_folder);
  if (!unprivileged) return fail(unprivileged.error());
  if (*unprivileged) log::info("the agent gave up being root", {{"user", kAgentUser}});
  const auto folder = StateFolder::open(config->state_folder);
  if (!folder) return fail(folder.error());
  if (folder->hubs().empty()) return not_joined();
  const auto lock = folder->lock();
  if (!lock) return fail(lock.error());
  auto folder_id = folder->folder_id(read_host_facts("/").boot_id());
  if (!folder_id) return fail(folder_id.error());
  RunningAgent agent({.clock = clock, .folder = *folder, .beside = beside}, *config,
                     *std::move(folder_id));
  agent.open_events();
  for (const auto& hub_id : folder->hubs()) {
    if (auto connected = agent.connect(hub_id, log_start); !connected)
      return fail(connected.error());
  }
  log::info("agent started",
            {{"version", protocol::kProgramVersion}, {"state", config->state_folder}});
  agent.reload(choice);
  // All that is run beside it has been forked: what faces the network executes nothing.
  if (auto denied = deny_exec(); !denied)
    log::warn("this process could still execute programs", {{"why", denied.error()}});
  agent.run();
  log::info("agent stopped");
  return 0;
}

}  // namespace picket::node
