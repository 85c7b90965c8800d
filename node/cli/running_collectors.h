// The collectors of a running agent: those that node.toml has on watch, the others' resources say
// "not monitored". On and off also while it runs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "node/collectors/registry.h"
#include "node/config.h"
#include "node/core/agent.h"

namespace picket::node {

class RunningCollectors {
 public:
  /// `agent` outlives this object.
  RunningCollectors(const CollectorContext& context, Agent& agent);

  /// Starts and stops what is on and off now, and hands intervals on.
  void apply(const NodeConfig& config);
  void refresh(const std::string& resource, Agent::Answer answer);
  void stop();

 private:
  void start(const CollectorRow& row);
  void retire(std::string_view resource);

  CollectorContext context_;
  Agent& agent_;
  std::map<std::string, std::unique_ptr<Collector>, std::less<>> collectors_;
};

}  // namespace picket::node
