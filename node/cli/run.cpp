#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

#include "common/daemon.h"
#include "common/log.h"
#include "common/protocol.h"
#include "common/random_bytes.h"
#include "common/random_id.h"
#include "common/since.h"
#include "common/system_clock.h"
#include "common/text.h"
#include "common/worker.h"
#include "node/cli/commands.h"
#include "node/cli/watch_wireguard.h"
#include "node/collectors/nss_lookup.h"
#include "node/collectors/registry.h"
#include "node/core/agent.h"
#include "node/core/log_feed.h"
#include "node/core/resources.h"
#include "node/identity/state_folder.h"
#include "node/io/host_facts.h"
#include "node/io/hub_connection.h"
#include "node/io/log_bookmark_file.h"
#include "node/processes/unprivileged.h"
#include "node/wireguard/watch.h"

namespace picket::node {
namespace {

constexpr std::size_t kSlowJobsMax = 256;

void on_task_failed(std::string_view task, std::string_view what) {
  log::error("task failed", {{"task", task}, {"what", what}});
}

uint64_t random_number() {
  uint64_t number = 0;
  const Secret bytes = random_bytes(sizeof number);
  std::memcpy(&number, bytes.reveal().data(), sizeof number);
  return number;
}

/// One hub that this node has joined: how far it has the log, and the way to it.
struct JoinedHub {
  JoinedHub(std::string bookmark_file, Worker& slow, LogFeeds& feeds, const Clock& clock,
            const LogStart& first)
      : bookmark(std::move(bookmark_file), slow), feed(feeds, clock, bookmark, first) {}

  LogBookmarkFile bookmark;
  LogFeed feed;
  std::optional<HubConnection> connection;
};

/// Everything that a running agent is made of, in the order in which it comes and, backwards, goes.
class RunningAgent {
 public:
  /// `watcher`: of WireGuard; null: this agent has brought none.
  RunningAgent(const NodeConfig& config, const Clock& clock, std::string folder_id,
               SideProcess* watcher);
  /// `log_start`: from where to read the log if that hub has nothing of it yet.
  void connect(HubIdentity identity, HubConnection::ReadIdentity read_again,
               std::string bookmark_file, const LogStart& log_start);
  void run();

 private:
  void make_collectors(const NodeConfig& config, const Clock& clock, SideProcess* watcher);
  void publish_not_monitored(std::string_view resource, const Clock& clock);

  const Clock& clock_;
  Daemon daemon_;
  Worker slow_;
  NssLookup names_;
  LogFeeds log_feeds_;
  std::map<std::string, std::unique_ptr<Collector>, std::less<>> collectors_;
  Agent agent_;
  std::vector<std::unique_ptr<JoinedHub>> hubs_;
};

v1::NodeHello hello(std::string folder_id) {
  v1::NodeHello hello;
  *hello.mutable_peer() = protocol::self("picket-node", random_id());
  *hello.mutable_facts() = read_host_facts("/");
  hello.set_folder_id(std::move(folder_id));
  for (const auto& row : collectors()) hello.add_resources(std::string(row.resource));
  return hello;
}

RunningAgent::RunningAgent(const NodeConfig& config, const Clock& clock, std::string folder_id,
                           SideProcess* watcher)
    : clock_(clock),
      daemon_(on_task_failed),
      slow_(daemon_.io().get_executor(), kSlowJobsMax),
      names_(daemon_.io().get_executor(), slow_),
      agent_(hello(std::move(folder_id)),
             [this](const std::string& resource, Agent::Answer answer) {
               const auto found = collectors_.find(resource);
               if (found != collectors_.end()) return found->second->refresh(std::move(answer));
               answer(agent_.values().at(resource));  // not monitored, and nothing else
             }) {
  make_collectors(config, clock, watcher);
}

bool is_enabled(const NodeConfig& config, std::string_view resource) {
  if (resource == "sessions") return config.sessions.enabled;
  if (resource == kAuthLogResource) return config.auth_log.enabled;
  if (resource == kWireguardResource) return config.wireguard.enabled;
  return true;
}

void RunningAgent::make_collectors(const NodeConfig& config, const Clock& clock,
                                   SideProcess* watcher) {
  const CollectorContext context{
      .loop = daemon_.io(),
      .clock = clock,
      .names = names_,
      .log_feeds = log_feeds_,
      .root = "/",
      .safety_poll = config.sessions.poll,
      .wireguard = {
          .poll = config.wireguard.poll, .names = config.wireguard.names, .watcher = watcher}};
  for (const auto& row : collectors()) {
    if (is_enabled(config, row.resource)) {
      collectors_.emplace(row.resource, row.make(context));
    } else {
      publish_not_monitored(row.resource, clock);
    }
  }
}

void RunningAgent::publish_not_monitored(std::string_view resource, const Clock& clock) {
  v1::ResourceValue value;
  value.set_resource(std::string(resource));
  value.set_at_unix_ns(to_unix_ns(clock.wall()));
  value.mutable_health()->mutable_not_monitored();
  agent_.publish(std::move(value));
}

void RunningAgent::connect(HubIdentity identity, HubConnection::ReadIdentity read_again,
                           std::string bookmark_file, const LogStart& log_start) {
  auto hub =
      std::make_unique<JoinedHub>(std::move(bookmark_file), slow_, log_feeds_, clock_, log_start);
  hub->connection.emplace(agent_, hub->feed, daemon_, std::move(identity), std::move(read_again),
                          random_number);
  hubs_.push_back(std::move(hub));
}

void RunningAgent::run() {
  for (auto& [resource, collector] : collectors_) {
    collector->start([this](v1::ResourceValue value) { agent_.publish(std::move(value)); });
  }
  for (auto& hub : hubs_) daemon_.accepting().spawn("hub connection", hub->connection->run());
  daemon_.on_stop([this] {
    for (auto& hub : hubs_) hub->connection->stop();
    agent_.stop("the agent stops");
    for (auto& [resource, collector] : collectors_) collector->stop();
  });
  daemon_.run();
}

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
    agent.connect(*std::move(identity), read, folder.log_position_file(hub_id), log_start);
  }
  return {};
}

}  // namespace

int run_agent(const config::Choice& choice, const std::string& since) {
  // Before everything else: it has what is in this process now, and must not have what comes.
  auto watcher = start_wireguard_watcher();
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
  const auto lock = folder->lock();
  if (!lock) return fail(lock.error());
  auto folder_id = folder->folder_id(read_host_facts("/").boot_id());
  if (!folder_id) return fail(folder_id.error());
  if (watcher && !config->wireguard.enabled) watcher->end();
  RunningAgent agent(*config, clock, *std::move(folder_id), watcher ? &*watcher : nullptr);
  if (auto connected = connect_all(agent, *folder, *config, log_start); !connected)
    return fail(connected.error());
  log::info("agent started",
            {{"version", protocol::kProgramVersion}, {"state", config->state_folder}});
  agent.run();
  log::info("agent stopped");
  return 0;
}

}  // namespace picket::node
