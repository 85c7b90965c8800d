// Runs that are taken up again, after the hub or this program was away: what is kept of them, and
// what the hub knows by whom it was asked for.
#include <utility>

#include "client/words/words.h"
#include "integrations/telegram/bot/core/runs.h"

namespace picket::telegram::bot {
namespace {

using Kept = v1::BotRunOfNode;

Kept::Outcome outcome_of(NodeState state) {
  switch (state) {
    case NodeState::kOk: return Kept::OUTCOME_OK;
    case NodeState::kFailed: return Kept::OUTCOME_FAILED;
    case NodeState::kTimedOut: return Kept::OUTCOME_TIMED_OUT;
    case NodeState::kLost: return Kept::OUTCOME_LOST;
    case NodeState::kNotRun: return Kept::OUTCOME_NOT_RUN;
    default: return Kept::OUTCOME_UNSPECIFIED;
  }
}

std::optional<NodeState> state_of(Kept::Outcome outcome) {
  switch (outcome) {
    case Kept::OUTCOME_OK: return NodeState::kOk;
    case Kept::OUTCOME_FAILED: return NodeState::kFailed;
    case Kept::OUTCOME_TIMED_OUT: return NodeState::kTimedOut;
    case Kept::OUTCOME_LOST: return NodeState::kLost;
    case Kept::OUTCOME_NOT_RUN: return NodeState::kNotRun;
    default: return std::nullopt;
  }
}

/// As far as the hub doesn't know better.
void restore(NodeProgress& node, const Kept& kept) {
  node.id = kept.id();
  node.words = kept.words();
  node.was = state_of(kept.outcome());
  const bool is_over = node.was && node.id.empty();
  node.state = is_over ? *node.was : NodeState::kSought;
}

RunOrder order_of(const v1::BotRun& kept) {
  RunOrder order{.user_id = kept.user_id(),
                 .chat_id = kept.chat_id(),
                 .message_id = kept.message_id(),
                 .run = {},
                 .nodes = {}};
  order.run.set_label(kept.label());
  for (const auto& node : kept.nodes()) order.nodes.push_back(node.node());
  return order;
}

}  // namespace

v1::BotRun Runs::to_record(const Running& running) {
  v1::BotRun record;
  record.set_chat_id(running.order.chat_id);
  record.set_message_id(running.order.message_id);
  record.set_user_id(running.order.user_id);
  record.set_label(running.order.run.label());
  for (const auto& node : running.progress.nodes()) {
    Kept& kept = *record.add_nodes();
    kept.set_node(node.node);
    kept.set_id(node.id);
    kept.set_outcome(outcome_of(node.is_over() ? node.state : node.was.value_or(node.state)));
    kept.set_words(node.words);
  }
  return record;
}

v1::BotRuns Runs::to_keep() const {
  v1::BotRuns runs;
  for (const auto& [key, running] : running_) *runs.add_runs() = to_record(running);
  for (const auto& [key, record] : untold_) *runs.add_runs() = record;
  return runs;
}

void Runs::restore(const v1::BotRuns& kept) {
  for (const auto& one : kept.runs()) {
    RunOrder order = order_of(one);
    const bool is_sound = !order.nodes.empty() && order.nodes.size() <= kNodesOfRunMax &&
                          running_.size() < kRunsMax + kEndsUntoldMax;
    if (!is_sound) continue;
    const std::uint64_t key = add(std::move(order));
    Running& running = running_.at(key);
    running.may_begin = true;
    for (const auto& node : one.nodes())
      if (const auto index = running.progress.index_of(node.node()))
        bot::restore(running.progress.at(*index), node);
  }
  if (!running_.empty()) seek();
}

// ---- What became of them is asked of the hub, once it is there.

void Runs::seek_soon() {
  if (seek_ || seeking_) return;
  seek_ = parts_.deadlines.at(parts_.clock.steady() + backoff_.next(), [this] {
    seek_.reset();
    seek();
  });
}

void Runs::seek() {
  seeking_ = true;
  v1::ClientToHub request;
  request.mutable_list_executions();
  client::Reply reply;
  reply.on_item = [this](const v1::HubToClient& item) {
    if (item.has_execution()) on_listed(item.execution());
  };
  reply.on_end = [this] { on_all_listed(); };
  reply.on_failure = [this](const client::Failure& failure) { on_not_listed(failure); };
  parts_.questions.ask(std::move(request), std::move(reply));
}

void Runs::on_listed(const v1::Execution& execution) {
  for (auto& [key, running] : running_) {
    if (running.on_behalf_of != execution.on_behalf_of()) continue;
    const auto index = running.progress.index_of(execution.node());
    if (!index || running.progress.at(*index).state != NodeState::kSought) continue;
    running.progress.at(*index).id = execution.id();
    if (running.order.run.arguments().empty())
      *running.order.run.mutable_arguments() = execution.arguments();
  }
}

void Runs::on_all_listed() {
  seeking_ = false;
  backoff_.reset();
  for (auto& [key, running] : running_)
    running.progress.on_listed("not run, as far as the hub knows");
  on_all_changed();
}

// It may run all the same.
void Runs::on_not_listed(const client::Failure& failure) {
  seeking_ = false;
  if (stopping_) return;
  const bool is_final = failure.kind == client::Failure::Kind::kNotPermitted ||
                        failure.kind == client::Failure::Kind::kProtocol;
  if (!is_final) return seek_soon();
  for (auto& [key, running] : running_)
    running.progress.give_up(words::outside_text(failure.text) +
                             "; it may still run, see /executions");
  on_all_changed();
}

void Runs::on_all_changed() {
  std::vector<std::uint64_t> keys;
  for (const auto& [key, running] : running_) keys.push_back(key);
  for (const std::uint64_t key : keys) on_changed(key);
}

}  // namespace picket::telegram::bot
