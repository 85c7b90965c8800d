#include "node/cli/running_agent.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "common/log.h"
#include "common/protocol.h"
#include "common/random_bytes.h"
#include "common/random_id.h"
#include "node/collectors/host_facts.h"
#include "node/core/resources.h"

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

bool is_enabled(const NodeConfig& config, std::string_view resource) {
  if (resource == "host") return config.host.enabled;
  if (resource == "sessions") return config.sessions.enabled;
  if (resource == kAuthLogResource) return config.auth_log.enabled;
  return true;
}

}  // namespace

struct RunningAgent::JoinedHub {
  JoinedHub(RunningAgent& agent, const std::string& hub_id, const LogStart& log_start)
      : log_bookmark(agent.parts_.folder.log_position_file(hub_id), agent.slow_),
        event_bookmark(agent.parts_.folder.event_position_file(hub_id), agent.slow_),
        log(agent.log_feeds_, agent.parts_.clock, log_bookmark, log_start),
        events(agent.spool(), event_bookmark) {}

  LogBookmarkFile log_bookmark;
  LogBookmarkFile event_bookmark;
  LogFeed log;
  EventFeed events;
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

RunningAgent::RunningAgent(Parts parts, std::string folder_id)
    : parts_(parts),
      daemon_(on_task_failed),
      slow_(daemon_.io().get_executor(), kSlowJobsMax),
      names_(daemon_.io().get_executor(), slow_),
      agent_(hello(parts.config, std::move(folder_id)), parts.clock,
             [this](const std::string& resource, Agent::Answer answer) {
               const auto found = collectors_.find(resource);
               if (found != collectors_.end()) return found->second->refresh(std::move(answer));
               answer(agent_.values().at(resource));  // not monitored, and nothing else
             }) {
  make_collectors();
}

RunningAgent::~RunningAgent() = default;

void RunningAgent::make_collectors() {
  const CollectorContext context{.loop = daemon_.io(),
                                 .clock = parts_.clock,
                                 .names = names_,
                                 .log_feeds = log_feeds_,
                                 .root = "/",
                                 .safety_poll = parts_.config.sessions.poll};
  for (const auto& row : collectors()) {
    if (is_enabled(parts_.config, row.resource)) {
      collectors_.emplace(row.resource, row.make(context));
    } else {
      publish_not_monitored(row.resource);
    }
  }
}

void RunningAgent::publish_not_monitored(std::string_view resource) {
  v1::ResourceValue value;
  value.set_resource(std::string(resource));
  value.set_at_unix_ns(to_unix_ns(parts_.clock.wall()));
  value.mutable_health()->mutable_not_monitored();
  agent_.publish(std::move(value));
}

// Events of an earlier run go to the hubs also if the socket can't be had now.
void RunningAgent::open_events() {
  if (!parts_.config.events.enabled) return;
  auto loaded = load_spool(parts_.folder.local_events_file());
  if (!loaded) return log::warn("no local events are taken", {{"why", loaded.error()}});
  events_ = std::make_unique<LocalEvents>(*this, *std::move(loaded));
  if (const Status listening = events_->service.listen(parts_.config.events.socket); !listening)
    log::warn("no local events are taken", {{"why", listening.error()}});
}

EventSpool* RunningAgent::spool() { return events_ ? &events_->spool : nullptr; }

void RunningAgent::connect(const std::string& hub_id, HubIdentity identity,
                           HubConnection::ReadIdentity read_again, const LogStart& log_start) {
  auto hub = std::make_unique<JoinedHub>(*this, hub_id, log_start);
  hub->connection.emplace(agent_, HubFeeds{hub->log, hub->events}, daemon_, std::move(identity),
                          std::move(read_again), random_number);
  hubs_.push_back(std::move(hub));
}

void RunningAgent::run() {
  for (auto& [resource, collector] : collectors_) {
    collector->start([this](v1::ResourceValue value) { agent_.publish(std::move(value)); });
  }
  for (auto& hub : hubs_) daemon_.accepting().spawn("hub connection", hub->connection->run());
  daemon_.on_stop([this] {
    for (auto& hub : hubs_) hub->connection->stop();
    if (events_) events_->service.stop();
    agent_.stop("the agent stops");
    for (auto& [resource, collector] : collectors_) collector->stop();
  });
  daemon_.run();
}

}  // namespace picket::node
