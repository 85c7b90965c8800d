#include <cstdio>

#include "common/log.h"
#include "common/protocol.h"
#include "common/since.h"
#include "common/system_clock.h"
#include "common/text.h"
#include "node/cli/commands.h"
#include "node/cli/running_agent.h"
#include "node/collectors/host_facts.h"

namespace picket::node {
namespace {

int fail(const std::string& why) {
  log::error("the agent can't start", {{"why", why}});
  return 1;
}

/// `folder` and `config` outlive the agent.
Status connect_all(RunningAgent& agent, const StateFolder& folder, const NodeConfig& config,
                   const LogStart& log_start) {
  const auto hubs = folder.hubs();
  if (hubs.empty()) {
    return Error{
        "this node has not joined a hub; on the hub: picket token create --name NAME, then "
        "here: picket-node join TOKEN"};
  }
  for (const auto& hub_id : hubs) {
    const auto read = [&folder, &config, hub_id] {
      return read_identity(folder, hub_id, config.hub);
    };
    auto identity = read();
    if (!identity) return Error{identity.error()};
    log::info("node of hub", {{"hub_id", hub_id}, {"node", identity->node}});
    agent.connect(hub_id, *std::move(identity), read, log_start);
  }
  return {};
}

}  // namespace

int run_agent(const config::Choice& choice, const std::string& since) {
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
  const auto folder = StateFolder::open(config->state_folder);
  if (!folder) return fail(folder.error());
  const auto lock = folder->lock();
  if (!lock) return fail(lock.error());
  auto folder_id = folder->folder_id(read_host_facts("/").boot_id());
  if (!folder_id) return fail(folder_id.error());
  RunningAgent agent({.config = *config, .clock = clock, .folder = *folder}, *std::move(folder_id));
  agent.open_events();
  if (auto connected = connect_all(agent, *folder, *config, log_start); !connected)
    return fail(connected.error());
  log::info("agent started",
            {{"version", protocol::kProgramVersion}, {"state", config->state_folder}});
  agent.run();
  log::info("agent stopped");
  return 0;
}

}  // namespace picket::node
