#include "integrations/telegram/bot/core/progress.h"

#include <algorithm>

#include "common/utf8.h"
#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/bot/core/run_words.h"

namespace picket::telegram::bot {
namespace {

NodeState state_of(const v1::ExecutionEnd& end) {
  if (end.kind() == v1::ExecutionEnd::KIND_LOST) return NodeState::kLost;
  if (end.kind() == v1::ExecutionEnd::KIND_TIMED_OUT) return NodeState::kTimedOut;
  const bool is_good = end.kind() == v1::ExecutionEnd::KIND_EXITED && end.code() == 0;
  return is_good ? NodeState::kOk : NodeState::kFailed;
}

/// Past `missed` bytes that the hub no longer has: how many of them nobody has told before.
std::uint64_t skip(NodeProgress& node, std::uint64_t missed) {
  node.output_at += missed;
  const std::uint64_t lacks = node.output_at - std::min(node.output_at, node.output_have);
  node.output_have += lacks;
  return lacks;
}

}  // namespace

std::string mark_of(NodeState state) {
  switch (state) {
    case NodeState::kOk: return "✅";
    case NodeState::kFailed: return "❌";
    case NodeState::kTimedOut: return "⌛";
    case NodeState::kLost: return "❔";
    case NodeState::kNotRun: return "⏹";
    default: return "⏳";
  }
}

Progress::Progress(const std::vector<std::string>& nodes) {
  const std::size_t bytes =
      std::max(kOutputOfNodeMin, kOutputBytesMax / std::max<std::size_t>(1, nodes.size()));
  for (const auto& node : nodes) nodes_.push_back({.node = node, .output = KeptOutput(bytes)});
  std::ranges::sort(nodes_, {}, &NodeProgress::node);
}

std::optional<std::size_t> Progress::index_of(const std::string& node) const {
  const auto found = std::ranges::lower_bound(nodes_, node, {}, &NodeProgress::node);
  if (found == nodes_.end() || found->node != node) return std::nullopt;
  return static_cast<std::size_t>(found - nodes_.begin());
}

Counts Progress::counts() const {
  Counts counts;
  for (const auto& node : nodes_) {
    switch (node.state) {
      case NodeState::kWaiting: ++counts.waiting; break;
      case NodeState::kSought:
      case NodeState::kFound:
      case NodeState::kAsked:
      case NodeState::kRunning:
      case NodeState::kAway: ++counts.running; break;
      case NodeState::kOk: ++counts.ok; break;
      case NodeState::kFailed:
      case NodeState::kTimedOut: ++counts.failed; break;
      case NodeState::kLost: ++counts.lost; break;
      case NodeState::kNotRun: ++counts.not_run; break;
    }
  }
  return counts;
}

bool Progress::is_over() const { return std::ranges::all_of(nodes_, &NodeProgress::is_over); }

bool Progress::has_output() const {
  return std::ranges::any_of(nodes_, [](const auto& node) { return !node.output.empty(); });
}

std::size_t Progress::followed() const {
  return static_cast<std::size_t>(std::ranges::count_if(nodes_, &NodeProgress::is_followed));
}

std::optional<std::size_t> Progress::next() const {
  const auto found = std::ranges::find_if(nodes_, [](const auto& node) {
    return node.state == NodeState::kWaiting || node.state == NodeState::kFound;
  });
  if (found == nodes_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - nodes_.begin());
}

void Progress::on_asked(std::size_t index) {
  nodes_[index].state = NodeState::kAsked;
  nodes_[index].output_at = 0;
}

void Progress::on_execution(std::size_t index, const v1::Execution& execution) {
  NodeProgress& node = nodes_[index];
  node.id = execution.id();
  if (execution.state() == v1::Execution::STATE_RUNNING) node.state = NodeState::kRunning;
  if (execution.state() == v1::Execution::STATE_UNKNOWN) node.state = NodeState::kAway;
}

void Progress::on_output(std::size_t index, const v1::ExecutionOutput& output) {
  NodeProgress& node = nodes_[index];
  const std::uint64_t lacks = skip(node, output.missed_bytes());
  if (lacks > 0)
    node.output.add("\n[" + std::to_string(lacks) + " bytes of output are missing here]\n");
  const std::string_view data = output.data();
  const std::uint64_t known =
      std::min<std::uint64_t>(node.output_have - node.output_at, data.size());
  node.output.add(data.substr(known));
  node.output_at += data.size();
  node.output_have = std::max(node.output_have, node.output_at);
}

void Progress::on_ended(std::size_t index, const v1::ExecutionEnded& ended) {
  v1::ExecutionEnded told = ended;
  told.set_missed_bytes(skip(nodes_[index], ended.missed_bytes()));
  on_over(index, state_of(ended.end()), ended_words(told));
}

void Progress::on_lost_sight(std::size_t index) {
  nodes_[index].state = NodeState::kSought;
  nodes_[index].asked_to_end = false;
}

void Progress::on_over(std::size_t index, NodeState state, const std::string& words) {
  nodes_[index].state = state;
  nodes_[index].words = cut_utf8(words, kEndWordsBytesMax);
}

bool Progress::seeks() const {
  return std::ranges::find(nodes_, NodeState::kSought, &NodeProgress::state) != nodes_.end();
}

void Progress::on_listed(const std::string& why_not) {
  for (auto& node : nodes_) {
    if (node.state != NodeState::kSought) continue;
    node.state = node.id.empty() ? NodeState::kNotRun : NodeState::kFound;
    if (node.id.empty()) node.words = why_not;
  }
}

void Progress::give_up(const std::string& why) {
  for (auto& node : nodes_) {
    if (node.state != NodeState::kSought) continue;
    node.state = node.was.value_or(NodeState::kLost);
    if (!node.was) node.words = cut_utf8(why, kEndWordsBytesMax);
  }
}

void Progress::drop_waiting(const std::string& why) {
  for (auto& node : nodes_) {
    if (node.state != NodeState::kWaiting) continue;
    node.state = NodeState::kNotRun;
    node.words = why;
  }
}

}  // namespace picket::telegram::bot
