#include "node/cli/reload.h"

#include <utility>

#include "common/log.h"

namespace picket::node {

NodeConfig merge(const NodeConfig& running, const NodeConfig& fresh) {
  NodeConfig merged = fresh;
  merged.state_folder = running.state_folder;
  return merged;
}

Reloaded read_again(const config::Choice& choice, const NodeConfig& running) {
  auto fresh = config::load<NodeConfig>(choice);
  Reloaded reloaded;
  reloaded.errors = std::move(fresh.errors);
  if (!reloaded.errors.empty()) return reloaded;
  NodeConfig before = running;
  reloaded.config = merge(running, fresh.config);
  reloaded.changed = describe(reloaded.config).changed_from(describe(before));
  reloaded.need_restart = describe(fresh.config).changed_from(describe(reloaded.config));
  return reloaded;
}

NodeReload::NodeReload(Daemon& daemon, Worker& worker, config::Choice choice, NodeConfig running,
                       Apply apply)
    : choice_(std::move(choice)),
      running_(std::move(running)),
      apply_(std::move(apply)),
      reload_(daemon, worker, [this] {
        return [this, choice = choice_, running = running_]() -> Reload::Apply {
          auto reloaded = read_again(choice, running);
          return [this, reloaded = std::move(reloaded)] { take_over(reloaded); };
        };
      }) {}

void NodeReload::take_over(const Reloaded& reloaded) {
  if (!reloaded.errors.empty()) return log_not_taken_over(reloaded.errors);
  running_ = reloaded.config;
  log::set_level(running_.log_level);
  apply_(running_);
  log_taken_over(choice_.path, reloaded.changed, reloaded.need_restart);
}

}  // namespace picket::node
