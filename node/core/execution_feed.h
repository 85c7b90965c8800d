// One hub's executions on this node: from its requests to the process that runs them, and back what
// becomes of them, when the link has room. Output waits here only as far as the hub has granted it;
// an end waits until the hub has it for good.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "node/core/execution_feeds.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class ExecutionFeedLink {
 public:
  virtual ~ExecutionFeedLink() = default;
  /// ExecutionFeed::next() may have something: ask it when the link has room.
  virtual void on_executions_ready() = 0;
};

class ExecutionFeed {
 public:
  /// `feeds` outlives it.
  ExecutionFeed(ExecutionFeeds& feeds, std::string hub_id);
  ~ExecutionFeed();
  ExecutionFeed(const ExecutionFeed&) = delete;
  ExecutionFeed& operator=(const ExecutionFeed&) = delete;

  // ---- of the link
  void on_welcome(ExecutionFeedLink& link);
  void on_closed() { link_ = nullptr; }
  void run(v1::RunCommand command);
  void cancel(const std::string& id);
  void add_credit(const std::string& id, uint64_t bytes);
  void settle(const std::string& id);
  /// What to send next, if there is something.
  std::optional<v1::NodeToHub> next();

  // ---- of the feeds; ids are the hub's
  void on_refused(v1::RunRefused refused);
  void on_started(const std::string& id);
  void on_running(const v1::ExecutionRunning& running);
  void on_output(v1::ExecutionOutput output);
  void on_ended(v1::ExecutionEnded ended);
  void on_runner_lost(const std::string& reason);
  void wake();

 private:
  struct Execution {
    bool started = false;
    bool told_started = false;  // on this link
    std::deque<v1::ExecutionOutput> output;
    std::optional<v1::NodeToHub> end;  // or its refusal
    bool told_end = false;             // on this link
    // Places in its output, counting what was missed: up to there it has left, and may leave.
    uint64_t sent_bytes = 0;
    uint64_t granted_bytes = 0;
    bool is_ready = false;  // stands in ready_
  };

  std::string id_here(const std::string& id) const { return hub_id_ + "/" + id; }
  void end(const std::string& id, v1::NodeToHub end);
  void make_ready(const std::string& id, Execution& execution);
  std::optional<v1::NodeToHub> next_of(const std::string& id, Execution& execution);
  v1::NodeToHub known();
  std::size_t under_way() const;
  void forget_oldest();

  ExecutionFeeds& feeds_;
  std::string hub_id_;
  ExecutionFeedLink* link_ = nullptr;
  bool told_known_ = false;  // on this link
  std::map<std::string, Execution, std::less<>> executions_;
  std::deque<std::string> ready_;  // those that have something to tell, in turn
};

}  // namespace picket::node
