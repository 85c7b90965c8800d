// Everything that a running agent is made of, in the order in which it comes and, backwards, goes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/daemon.h"
#include "common/worker.h"
#include "node/cli/reload.h"
#include "node/cli/running_collectors.h"
#include "node/cli/side_programs.h"
#include "node/collectors/nss_lookup.h"
#include "node/config.h"
#include "node/core/agent.h"
#include "node/core/event_spool.h"
#include "node/core/log_feed.h"
#include "node/identity/state_folder.h"
#include "node/io/event_service.h"
#include "node/io/event_spool_disk.h"
#include "node/io/hub_connection.h"
#include "node/io/log_bookmark_file.h"

namespace picket::node {

class RunningAgent {
 public:
  /// All outlive it.
  struct Parts {
    const Clock& clock;
    const StateFolder& folder;
    SideProcesses& beside;
  };
  RunningAgent(Parts parts, NodeConfig config, std::string folder_id);
  RunningAgent(const RunningAgent&) = delete;
  RunningAgent& operator=(const RunningAgent&) = delete;
  ~RunningAgent();

  /// Takes local events, if they are wanted; before connect(). What is wrong is logged, and the
  /// agent does without them.
  void open_events();
  /// To a hub that this node has joined. `log_start`: from where to read the log if that hub has
  /// nothing of it yet.
  Status connect(const std::string& hub_id, const LogStart& log_start);
  /// On SIGHUP it reads again what was chosen.
  void reload(const config::Choice& choice);
  void run();

 private:
  /// One hub that this node has joined: how far it has the logs, and the way to it.
  struct JoinedHub;
  /// Local events, on their way to all hubs.
  struct LocalEvents;

  EventSpool* spool();
  void apply(const NodeConfig& config);
  std::string status() const;

  Parts parts_;
  NodeConfig config_;  // as it is in force
  Daemon daemon_;
  Worker slow_;
  NssLookup names_;
  LogFeeds log_feeds_;
  ExecutionFeeds execution_feeds_;
  Agent agent_;
  RunningCollectors collectors_;
  std::unique_ptr<LocalEvents> events_;  // null: none are taken
  std::vector<std::unique_ptr<JoinedHub>> hubs_;
  std::optional<NodeReload> reload_;
};

}  // namespace picket::node
