#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

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
#include "node/cli/reload.h"
#include "node/cli/running_collectors.h"
#include "node/collectors/nss_lookup.h"
#include "node/collectors/registry.h"
#include "node/core/agent.h"
#include "node/core/log_feed.h"
#include "node/identity/state_folder.h"
#include "node/io/host_facts.h"
#include "node/io/hub_connection.h"
#include "node/io/log_bookmark_file.h"

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
            const LogStart& first, FolderIdentity identity)
      : source(std::move(identity)),
        bookmark(std::move(bookmark_file), slow),
        feed(feeds, clock, bookmark, first) {}

  FolderIdentity source;
  LogBookmarkFile bookmark;
  LogFeed feed;
  std::optional<HubConnection> connection;
};

/// Everything that a running agent is made of, in the order in which it comes and, backwards, goes.
class RunningAgent {
 public:
  RunningAgent(NodeConfig config, const Clock& clock, std::string folder_id);
  /// To a hub that `folder`, which outlives this object, has joined. `log_start`: from where to
  /// read the log if that hub has nothing of it yet.
  Status connect(const StateFolder& folder, const std::string& hub_id, const LogStart& log_start);
  /// On SIGHUP it reads again what was chosen.
  void reload(const config::Choice& choice);
  void run();

 private:
  void apply(const NodeConfig& config);

  NodeConfig config_;
  const Clock& clock_;
  Daemon daemon_;
  Worker slow_;
  NssLookup names_;
  LogFeeds log_feeds_;
  Agent agent_;
  RunningCollectors collectors_;
  std::vector<std::unique_ptr<JoinedHub>> hubs_;
  std::optional<NodeReload> reload_;
};

v1::NodeHello hello(std::string folder_id) {
  v1::NodeHello hello;
  *hello.mutable_peer() = protocol::self("picket-node", random_id());
  *hello.mutable_facts() = read_host_facts("/");
  hello.set_folder_id(std::move(folder_id));
  for (const auto& row : collectors()) hello.add_resources(std::string(row.resource));
  return hello;
}

RunningAgent::RunningAgent(NodeConfig config, const Clock& clock, std::string folder_id)
    : config_(std::move(config)),
      clock_(clock),
      daemon_(on_task_failed),
      slow_(daemon_.io().get_executor(), kSlowJobsMax),
      names_(daemon_.io().get_executor(), slow_),
      agent_(hello(std::move(folder_id)),
             [this](const std::string& resource, Agent::Answer answer) {
               collectors_.refresh(resource, std::move(answer));
             }),
      collectors_({.loop = daemon_.io(), .clock = clock, .names = names_, .log_feeds = log_feeds_},
                  agent_) {}

Status RunningAgent::connect(const StateFolder& folder, const std::string& hub_id,
                             const LogStart& log_start) {
  FolderIdentity source(folder, hub_id, [this] { return config_.hub; });
  auto identity = source.read();
  if (!identity) return Error{identity.error()};
  log::info("node of hub", {{"hub_id", hub_id}, {"node", identity->node}});
  auto hub = std::make_unique<JoinedHub>(folder.log_position_file(hub_id), slow_, log_feeds_,
                                         clock_, log_start, std::move(source));
  hub->connection.emplace(agent_, hub->feed, daemon_, clock_, *std::move(identity), hub->source,
                          random_number);
  hubs_.push_back(std::move(hub));
  return {};
}

void RunningAgent::reload(const config::Choice& choice) {
  reload_.emplace(daemon_, slow_, choice, config_,
                  [this](const NodeConfig& config) { apply(config); });
}

void RunningAgent::apply(const NodeConfig& config) {
  config_ = config;
  collectors_.apply(config);
  for (auto& hub : hubs_) hub->connection->read_identity_again();
}

void RunningAgent::run() {
  collectors_.apply(config_);
  for (auto& hub : hubs_) daemon_.accepting().spawn("hub connection", hub->connection->run());
  daemon_.on_stop([this] {
    for (auto& hub : hubs_) hub->connection->stop();
    agent_.stop("the agent stops");
    collectors_.stop();
  });
  daemon_.run();
}

int fail(const std::string& why) {
  log::error("the agent can't start", {{"why", why}});
  return 1;
}

/// `folder` outlives the agent.
Status connect_all(RunningAgent& agent, const StateFolder& folder, const LogStart& log_start) {
  const auto hubs = folder.hubs();
  if (hubs.empty()) {
    return Error{
        "this node has not joined a hub; on the hub: picket token create --name NAME, then "
        "here: picket-node join TOKEN"};
  }
  for (const auto& hub_id : hubs) {
    if (auto connected = agent.connect(folder, hub_id, log_start); !connected) return connected;
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
  RunningAgent agent(*config, clock, *std::move(folder_id));
  if (auto connected = connect_all(agent, *folder, log_start); !connected)
    return fail(connected.error());
  log::info("agent started",
            {{"version", protocol::kProgramVersion}, {"state", config->state_folder}});
  agent.reload(choice);
  agent.run();
  log::info("agent stopped");
  return 0;
}

}  // namespace picket::node
