// The executions of all hubs, and the one process that runs them. To that process an id has the
// hub's before it, so that two hubs' can't be the same, and an agent that was started anew knows
// whose they are.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "node/core/command_runner.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {

class ExecutionFeed;

class ExecutionFeeds {
 public:
  void add(const std::string& hub_id, ExecutionFeed& feed) { feeds_[hub_id] = &feed; }
  void remove(const std::string& hub_id) { feeds_.erase(hub_id); }

  // ---- of the runner
  /// Null: there is none, or it has ended; what it ran is lost then, for `reason`.
  void set_runner(CommandRunner* runner, const std::string& reason = {});
  /// What runs has been told, or nothing can.
  void on_known();
  /// What becomes of a run; anything else, and what is of no hub, is passed over.
  void take(v1::ExecutorToAgent message);

  // ---- of the feeds
  CommandRunner* runner() const { return runner_; }
  bool is_known() const { return known_; }

 private:
  ExecutionFeed* feed_of(std::string* id) const;

  std::map<std::string, ExecutionFeed*, std::less<>> feeds_;  // by hub id
  CommandRunner* runner_ = nullptr;
  bool known_ = false;
};

}  // namespace picket::node
