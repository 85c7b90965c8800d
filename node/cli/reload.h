// What of node.toml a running agent takes over on SIGHUP: all of it but the state folder.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/config_cli.h"
#include "common/reload.h"
#include "node/config.h"

namespace picket::node {

/// What is in force from now on, or why nothing changes.
struct Reloaded {
  NodeConfig config;
  std::vector<std::string> changed;       // keys that are in force now
  std::vector<std::string> need_restart;  // keys that the file has otherwise than they are in force
  std::vector<std::string> errors;        // not empty: nothing else counts
};

/// What of `fresh` an agent that runs with `running` takes over.
NodeConfig merge(const NodeConfig& running, const NodeConfig& fresh);

/// Reads the file again. May block.
Reloaded read_again(const config::Choice& choice, const NodeConfig& running);

class NodeReload {
 public:
  using Apply = std::function<void(const NodeConfig& config)>;

  /// All references outlive this object. What can't be read is in the log only: the hub sees what
  /// this node watches, not how it is configured.
  NodeReload(Daemon& daemon, Worker& worker, config::Choice choice, NodeConfig running,
             Apply apply);

 private:
  void take_over(const Reloaded& reloaded);

  config::Choice choice_;
  NodeConfig running_;
  Apply apply_;
  Reload reload_;
};

}  // namespace picket::node
