#include "node/cli/running_agent.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "common/log.h"
#include "common/protocol.h"
#include "common/random_id.h"
#include "node/collectors/host_facts.h"
#include "node/io/hub_identity.h"

namespace picket::node {
namespace {

constexpr std::size_t kSlowJobsMax = 256;

void on_task_failed(std::string_view task, std::string_view what) {
  log::error("task failed", {{"task", task}, {"what", what}});
}

v1::NodeHello hello(const NodeConfig& config, std::string folder_id) {
  v1::NodeHello hello;
  *hello.mutable_peer() = protocol::self("picket-node", random_id());
  *hello.mutable_facts() = read_host_facts("/");
  if (!config.host.enabled) {  // what isn't watched may not be so for long
    hello.mutable_facts()->clear_reboot_required();
    hello.mutable_facts()->clear_reboot_reasons();
  }
  hello.set_folder_id(std::move(folder_id));
  for (const auto& row : collectors()) hello.add_resources(std::string(row.resource));
  return hello;
}

}  // namespace

struct RunningAgent::JoinedHub {
  JoinedHub(RunningAgent& agent, const std::string& hub_id, const LogStart& log_start,
            FolderIdentity source_of_identity)
      : source(std::move(source_of_identity)),
        log_bookmark(agent.parts_.folder.log_position_file(hub_id), agent.slow_),
        event_bookmark(agent.parts_.folder.event_position_file(hub_id), agent.slow_),
        log(agent.log_feeds_, agent.parts_.clock, log_bookmark, log_start),
        events(agent.spool(), event_bookmark),
        executions(agent.execution_feeds_, hub_id) {}

  FolderIdentity source;
  LogBookmarkFile log_bookmark;
  LogBookmarkFile event_bookmark;
  LogFeed log;
  EventFeed events;
  ExecutionFeed executions;
  std::optional<HubConnection> connection;
};

struct RunningAgent::LocalEvents {
  LocalEvents(RunningAgent& agent, LoadedSpool loaded)
      : disk(agent.parts_.folder.local_events_file(), agent.slow_),
        spool(disk, std::move(loaded.contents), loaded.is_whole),
        service(agent.daemon_, agent.parts_.clock, spool) {}

  EventSpoolDisk disk;
  EventSpool spool;
  EventService service;
};

RunningAgent::RunningAgent(Parts parts, NodeConfig config, std::string folder_id)
    : parts_(parts),
      config_(std::move(config)),
      daemon_(on_task_failed),
      slow_(daemon_.io().get_executor(), kSlowJobsMax),
      names_(daemon_.io().get_executor(), slow_),
      agent_(hello(config_, std::move(folder_id)), parts.clock,
             [this](const std::string& resource, Agent::Answer answer) {
               collectors_.refresh(resource, std::move(answer));
             }),
      collectors_({.loop = daemon_.io(),
                   .clock = parts.clock,
                   .names = names_,
                   .log_feeds = log_feeds_,
                   .executions = execution_feeds_,
                   .wireguard = {.watcher = if_any(parts.beside.wireguard_watcher)},
                   .key_names = {.namer = if_any(parts.beside.key_namer)},
                   .executor = {.starter = if_any(parts.beside.executor_starter)}},
                  agent_) {}

RunningAgent::~RunningAgent() = default;

// Events of an earlier run go to the hubs also if the socket can't be had now.
void RunningAgent::open_events() {
  if (!config_.events.enabled) return;
  auto loaded = load_spool(parts_.folder.local_events_file());
  if (!loaded) return log::warn("no local events are taken", {{"why", loaded.error()}});
  events_ = std::make_unique<LocalEvents>(*this, *std::move(loaded));
  if (const Status listening = events_->service.listen(config_.events.socket); !listening)
    log::warn("no local events are taken", {{"why", listening.error()}});
}

EventSpool* RunningAgent::spool() { return events_ ? &events_->spool : nullptr; }

Status RunningAgent::connect(const std::string& hub_id, const LogStart& log_start) {
  FolderIdentity source(parts_.folder, hub_id, [this] { return config_.hub; });
  auto identity = source.read();
  if (!identity) return Error{identity.error()};
  log::info("node of hub", {{"hub_id", hub_id}, {"node", identity->node}});
  auto hub = std::make_unique<JoinedHub>(*this, hub_id, log_start, std::move(source));
  hub->connection.emplace(agent_, HubFeeds{hub->log, hub->events, hub->executions}, daemon_,
                          parts_.clock, *std::move(identity), hub->source, random_number);
  hubs_.push_back(std::move(hub));
  return {};
}

void RunningAgent::reload(const config::Choice& choice) {
  // A file that was there must not be gone: its absence would mean the defaults.
  config::Choice again = choice;
  again.given = again.given || std::filesystem::exists(choice.path);
  reload_.emplace(daemon_, slow_, std::move(again), config_,
                  [this](const NodeConfig& config) { apply(config); });
}

void RunningAgent::apply(const NodeConfig& config) {
  config_ = config;
  collectors_.apply(config);
  for (auto& hub : hubs_) hub->connection->read_identity_again();
}

std::string RunningAgent::status() const {
  const auto connected =
      std::ranges::count_if(hubs_, [](const auto& hub) { return hub->connection->is_connected(); });
  return "Connected to " + std::to_string(connected) + " of " + std::to_string(hubs_.size()) +
         (hubs_.size() == 1 ? " hub." : " hubs.");
}

void RunningAgent::run() {
  collectors_.apply(config_);
  for (auto& hub : hubs_) daemon_.accepting().spawn("hub connection", hub->connection->run());
  daemon_.on_stop([this] {
    for (auto& hub : hubs_) hub->connection->stop();
    if (events_) events_->service.stop();
    agent_.stop("the agent stops");
    collectors_.stop();
  });
  daemon_.on_status([this] { return status(); });
  daemon_.run();
}

}  // namespace picket::node
