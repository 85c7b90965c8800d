#include "node/cli/running_collectors.h"

#include <utility>

#include "node/collectors/commands.h"
#include "node/core/resources.h"
#include "node/wireguard/watch.h"

namespace picket::node {
namespace {

bool is_enabled(const NodeConfig& config, std::string_view resource) {
  if (resource == kCommandsResource) return config.commands.enabled;
  if (resource == "host") return config.host.enabled;
  if (resource == "sessions") return config.sessions.enabled;
  if (resource == kAuthLogResource) return config.auth_log.enabled;
  if (resource == kWireguardResource) return config.wireguard.enabled;
  return true;
}

}  // namespace

RunningCollectors::RunningCollectors(const CollectorContext& context, Agent& agent)
    : context_(context), agent_(agent) {}

void RunningCollectors::apply(const NodeConfig& config) {
  context_.safety_poll = config.sessions.poll;
  context_.wireguard.poll = config.wireguard.poll;
  context_.wireguard.names = config.wireguard.names;
  context_.key_names.enabled = config.auth_log.key_names;
  for (const auto& row : collectors()) {
    const auto found = collectors_.find(row.resource);
    const bool is_running = found != collectors_.end();
    const bool is_wanted = is_enabled(config, row.resource);
    if (is_running && is_wanted) found->second->reconfigure(context_);
    if (is_running == is_wanted && (is_wanted || agent_.values().contains(row.resource))) continue;
    if (is_wanted) {
      start(row);
    } else {
      retire(row.resource);
    }
  }
}

void RunningCollectors::start(const CollectorRow& row) {
  auto& collector = *collectors_.emplace(row.resource, row.make(context_)).first->second;
  collector.start([this](v1::ResourceValue value) { agent_.publish(std::move(value)); });
}

void RunningCollectors::retire(std::string_view resource) {
  if (const auto running = collectors_.extract(std::string(resource))) running.mapped()->stop();
  v1::ResourceValue value;
  value.set_resource(std::string(resource));
  value.set_at_unix_ns(to_unix_ns(context_.clock.wall()));
  value.mutable_health()->mutable_not_monitored();
  agent_.retire(value);
}

void RunningCollectors::refresh(const std::string& resource, Agent::Answer answer) {
  const auto found = collectors_.find(resource);
  if (found != collectors_.end()) return found->second->refresh(std::move(answer));
  answer(agent_.values().at(resource));  // not monitored, and nothing else
}

void RunningCollectors::stop() {
  for (auto& [resource, collector] : collectors_) collector->stop();
}

}  // namespace picket::node
