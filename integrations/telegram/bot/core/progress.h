// How a run goes, node by node. Pure: whoever asks the hub tells it what came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "integrations/telegram/bot/core/kept_output.h"
#include "picket/v1/client_link.pb.h"

namespace picket::telegram::bot {

enum class NodeState {
  kWaiting,  // not asked for yet
  kSought,   // the hub was lost: whether it was run, and as what, is to be found out
  kFound,    // it was run; its hub is to be asked how it goes
  kAsked,
  kRunning,
  kAway,  // the hub waits for the node
  kOk,    // from here on it is over
  kFailed,
  kTimedOut,
  kLost,
  kNotRun,
};

struct NodeProgress {
  std::string node;
  std::string id = {};  // of its execution; empty: the hub hasn't said it
  NodeState state = NodeState::kWaiting;
  std::string words = {};  // of what is over, how; made visible
  KeptOutput output{0};
  std::uint64_t output_at = 0;    // of what the hub is telling now
  std::uint64_t output_have = 0;  // up to where `output` has it
  bool asked_to_end = false;
  std::optional<NodeState> was = {};  // as what it had ended before this program was restarted

  bool is_over() const { return state >= NodeState::kOk; }
  /// A request about it is open.
  bool is_followed() const { return state >= NodeState::kAsked && !is_over(); }
};

std::string mark_of(NodeState state);

struct Counts {
  std::size_t running = 0;
  std::size_t ok = 0;
  std::size_t failed = 0;
  std::size_t lost = 0;
  std::size_t waiting = 0;
  std::size_t not_run = 0;
};

class Progress {
 public:
  explicit Progress(const std::vector<std::string>& nodes);

  const std::vector<NodeProgress>& nodes() const { return nodes_; }
  NodeProgress& at(std::size_t index) { return nodes_[index]; }
  const NodeProgress& at(std::size_t index) const { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }
  std::optional<std::size_t> index_of(const std::string& node) const;

  Counts counts() const;
  bool is_over() const;
  bool has_output() const;
  std::size_t followed() const;
  /// The next that is to be asked for, or about.
  std::optional<std::size_t> next() const;

  /// It is asked for, or attached to: what it wrote is told from the begin.
  void on_asked(std::size_t index);
  void on_execution(std::size_t index, const v1::Execution& execution);
  void on_output(std::size_t index, const v1::ExecutionOutput& output);
  void on_ended(std::size_t index, const v1::ExecutionEnded& ended);
  void on_over(std::size_t index, NodeState state, const std::string& words);
  /// Its hub is lost.
  void on_lost_sight(std::size_t index);
  bool seeks() const;
  /// The hub has said all that it knows: what has no id by then was not run.
  void on_listed(const std::string& why_not);
  /// Nobody says what became of those that are sought.
  void give_up(const std::string& why);
  /// Those that wait are not run.
  void drop_waiting(const std::string& why);

 private:
  std::vector<NodeProgress> nodes_;  // by name
};

}  // namespace picket::telegram::bot
