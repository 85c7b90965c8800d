// One command on some nodes: so many at once, first a canary if one is wanted, then batch after
// batch, and no more once too many have failed. Says what happens as it happens; prints nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/lib/hub_client.h"
#include "picket/v1/client_link.pb.h"

namespace picket::cli {

struct FleetOrder {
  v1::Run run;  // but for the node
  std::vector<std::string> nodes;
  std::size_t parallel = 20;
  std::size_t canary = 0;      // so many first, and the rest only if they all did well; 0: none
  std::size_t batch = 0;       // so many, then the next when all of them have ended; 0: no batches
  std::size_t stop_after = 0;  // so many that failed; 0: however many
};

/// How it went on one node: its end, why it could not be asked for, or that it wasn't.
struct NotRun {};
using FleetResult = std::variant<NotRun, v1::ExecutionEnd, client::Failure>;
bool did_well(const FleetResult& result);

class Fleet {
 public:
  struct Events {
    /// As it was asked for, and when that changes.
    std::function<void(const v1::Execution& execution)> on_execution;
    std::function<void(const std::string& node, const v1::ExecutionOutput& output)> on_output;
    std::function<void(const std::string& node, const v1::ExecutionEnded& ended)> on_end;
    std::function<void(const std::string& node, const client::Failure& failure)> on_failure;
    /// Nothing runs, and nothing will.
    std::function<void()> on_done;
  };

  /// `hub` outlives it; callbacks come from its loop.
  Fleet(client::HubClient& hub, FleetOrder order, Events events);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  void start() { run_more(); }
  /// No more are begun, and all that run are asked to end.
  void cancel();
  /// By node, in the order's order; complete when on_done has been called.
  const std::vector<std::pair<std::string, FleetResult>>& results() const { return results_; }

 private:
  void run_more();
  bool may_run_more();
  void run_one(std::size_t index);
  void on_item(std::size_t index, const v1::HubToClient& item);
  void on_over(std::size_t index);
  void cancel_one(const std::string& id);

  client::HubClient& hub_;
  FleetOrder order_;
  Events events_;
  std::vector<std::pair<std::string, FleetResult>> results_;
  std::map<std::size_t, std::string> running_;  // ids, empty as long as the hub has not said it
  std::size_t next_ = 0;
  std::size_t wave_end_ = 0;  // of the canary, or of the present batch
  std::size_t failed_ = 0;
  bool stopped_ = false;
  bool cancelled_ = false;
};

}  // namespace picket::cli
