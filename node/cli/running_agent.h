// Everything that a running agent is made of, in the order in which it comes and, backwards, goes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/daemon.h"
#include "common/worker.h"
#include "node/collectors/nss_lookup.h"
#include "node/collectors/registry.h"
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
    const NodeConfig& config;
    const Clock& clock;
    const StateFolder& folder;
  };
  RunningAgent(Parts parts, std::string folder_id);
  RunningAgent(const RunningAgent&) = delete;
  RunningAgent& operator=(const RunningAgent&) = delete;
  ~RunningAgent();

  /// Takes local events, if they are wanted; before connect(). What is wrong is logged, and the
  /// agent does without them.
  void open_events();
  /// `log_start`: from where to read the log if that hub has nothing of it yet.
  void connect(const std::string& hub_id, HubIdentity identity,
               HubConnection::ReadIdentity read_again, const LogStart& log_start);
  void run();

 private:
  /// One hub that this node has joined: how far it has the logs, and the way to it.
  struct JoinedHub;
  /// Local events, on their way to all hubs.
  struct LocalEvents;

  EventSpool* spool();
  void make_collectors();
  void publish_not_monitored(std::string_view resource);

  Parts parts_;
  Daemon daemon_;
  Worker slow_;
  NssLookup names_;
  LogFeeds log_feeds_;
  std::map<std::string, std::unique_ptr<Collector>, std::less<>> collectors_;
  Agent agent_;
  std::unique_ptr<LocalEvents> events_;  // null: none are taken
  std::vector<std::unique_ptr<JoinedHub>> hubs_;
};

}  // namespace picket::node
