#include "node/core/execution_feed.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace picket::node {
namespace {

constexpr std::size_t kFrameOverhead = 16;  // of the message around a run

}  // namespace

ExecutionFeed::ExecutionFeed(ExecutionFeeds& feeds, std::string hub_id)
    : feeds_(feeds), hub_id_(std::move(hub_id)) {
  feeds_.add(hub_id_, *this);
}

ExecutionFeed::~ExecutionFeed() { feeds_.remove(hub_id_); }

// ---- The link.

// What was told on an earlier link may not have arrived.
void ExecutionFeed::on_welcome(ExecutionFeedLink& link) {
  link_ = &link;
  told_known_ = false;
  for (auto& [id, execution] : executions_) {
    execution.told_started = execution.told_end = false;
    make_ready(id, execution);
  }
  wake();
}

void ExecutionFeed::wake() {
  if (link_ != nullptr) link_->on_executions_ready();
}

void ExecutionFeed::run(v1::RunCommand command) {
  const std::string id = command.id();
  // What no hub of ours makes gets no answer.
  if (id.empty() || id_here(id).size() > limits::kExecutionIdBytesMax) return;
  if (executions_.contains(id)) return;  // its end is told, or comes
  const auto refuse = [this, &id](v1::CommandRefusal refusal, const char* reason) {
    v1::NodeToHub message;
    message.mutable_run_refused()->set_id(id);
    message.mutable_run_refused()->set_refusal(refusal);
    message.mutable_run_refused()->set_reason(reason);
    end(id, std::move(message));
  };
  command.set_id(id_here(id));
  command.set_credit_bytes(std::min(command.credit_bytes(), limits::kOutputCreditMax));
  if (command.ByteSizeLong() + kFrameOverhead > limits::kExecutorRequestBytesMax)
    return refuse(v1::COMMAND_REFUSAL_BAD_PARAMETER, "the parameters are too long");
  if (under_way() >= limits::kExecutionsOfNodeMax)
    return refuse(v1::COMMAND_REFUSAL_BUSY, "as much runs here for this hub as may");
  if (feeds_.runner() == nullptr) {
    return refuse(v1::COMMAND_REFUSAL_NO_ALLOWLIST, "the process that runs commands is not there");
  }
  executions_[id].granted_bytes = command.credit_bytes();
  feeds_.runner()->run(std::move(command));
}

std::size_t ExecutionFeed::under_way() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(executions_, [](const auto& entry) { return !entry.second.end; }));
}

void ExecutionFeed::cancel(const std::string& id) {
  if (executions_.contains(id) && feeds_.runner() != nullptr) feeds_.runner()->cancel(id_here(id));
}

void ExecutionFeed::add_credit(const std::string& id, uint64_t bytes) {
  const auto found = executions_.find(id);
  if (found == executions_.end() || found->second.end) return;
  // What is not sent yet is held here.
  Execution& execution = found->second;
  const uint64_t unsent =
      execution.granted_bytes - std::min(execution.granted_bytes, execution.sent_bytes);
  const uint64_t taken =
      std::min(bytes, limits::kOutputCreditMax - std::min(unsent, limits::kOutputCreditMax));
  if (taken == 0) return;
  execution.granted_bytes += taken;
  if (feeds_.runner() != nullptr) feeds_.runner()->add_credit(id_here(id), taken);
}

void ExecutionFeed::settle(const std::string& id) {
  const auto found = executions_.find(id);
  if (found != executions_.end() && found->second.end) executions_.erase(found);
}

std::optional<v1::NodeToHub> ExecutionFeed::next() {
  if (link_ == nullptr || !feeds_.is_known()) return std::nullopt;
  if (!std::exchange(told_known_, true)) return known();
  while (!ready_.empty()) {
    const std::string id = std::exchange(ready_.front(), {});
    ready_.pop_front();
    const auto found = executions_.find(id);
    if (found == executions_.end()) continue;  // settled
    found->second.is_ready = false;
    auto message = next_of(id, found->second);
    if (!message) continue;
    make_ready(id, found->second);
    return message;
  }
  return std::nullopt;
}

std::optional<v1::NodeToHub> ExecutionFeed::next_of(const std::string& id, Execution& execution) {
  v1::NodeToHub message;
  if (execution.started && !std::exchange(execution.told_started, true)) {
    message.mutable_execution_started()->set_id(id);
    return message;
  }
  if (!execution.output.empty()) {
    const v1::ExecutionOutput& output = execution.output.front();
    execution.granted_bytes += output.missed_bytes();
    execution.sent_bytes += output.missed_bytes() + output.data().size();
    *message.mutable_execution_output() = std::move(execution.output.front());
    execution.output.pop_front();
    return message;
  }
  if (execution.end && !std::exchange(execution.told_end, true)) return execution.end;
  return std::nullopt;
}

v1::NodeToHub ExecutionFeed::known() {
  v1::NodeToHub message;
  v1::KnownExecutions& all = *message.mutable_known_executions();
  for (const auto& [id, execution] : executions_) {
    auto& one = *all.add_executions();
    one.set_id(id);
    one.set_sent_bytes(execution.sent_bytes);
    one.set_granted_bytes(execution.granted_bytes);
  }
  return message;
}

// ---- The runner.

void ExecutionFeed::make_ready(const std::string& id, Execution& execution) {
  if (!std::exchange(execution.is_ready, true)) ready_.push_back(id);
}

void ExecutionFeed::on_started(const std::string& id) {
  const auto found = executions_.find(id);
  if (found == executions_.end()) return;
  found->second.started = true;
  make_ready(id, found->second);
  wake();
}

void ExecutionFeed::on_running(const v1::ExecutionRunning& running) {
  const std::string& id = running.id();
  if (const auto found = executions_.find(id); found != executions_.end() && found->second.end) {
    feeds_.runner()->cancel(id_here(id));  // it was given up meanwhile
    return;
  }
  Execution& execution = executions_[id];
  execution.started = true;
  execution.sent_bytes = execution.granted_bytes = running.sent_bytes();
  make_ready(id, execution);
  wake();
}

void ExecutionFeed::on_output(v1::ExecutionOutput output) {
  const std::string id = output.id();
  const auto found = executions_.find(id);
  if (found == executions_.end() || found->second.end) return;
  found->second.output.push_back(std::move(output));
  make_ready(id, found->second);
  wake();
}

void ExecutionFeed::on_refused(v1::RunRefused refused) {
  const std::string id = refused.id();
  v1::NodeToHub message;
  *message.mutable_run_refused() = std::move(refused);
  end(id, std::move(message));
}

void ExecutionFeed::on_ended(v1::ExecutionEnded ended) {
  const std::string id = ended.id();
  v1::NodeToHub message;
  *message.mutable_execution_ended() = std::move(ended);
  end(id, std::move(message));
}

void ExecutionFeed::on_runner_lost(const std::string& reason) {
  for (auto& [id, execution] : executions_) {
    if (execution.end) continue;
    v1::NodeToHub message;
    v1::ExecutionEnded& lost = *message.mutable_execution_ended();
    lost.set_id(id);
    lost.mutable_end()->set_kind(v1::ExecutionEnd::KIND_LOST);
    lost.mutable_end()->set_reason(reason);
    execution.end = std::move(message);
    make_ready(id, execution);
  }
  wake();
}

void ExecutionFeed::end(const std::string& id, v1::NodeToHub end) {
  if (executions_.size() >= limits::kExecutionsKeptMax) forget_oldest();
  Execution& execution = executions_[id];
  if (execution.end) return;
  execution.end = std::move(end);
  make_ready(id, execution);
  wake();
}

// A hub that never settles anything has no more of it than that.
void ExecutionFeed::forget_oldest() {
  const auto oldest = std::ranges::find_if(
      executions_, [](const auto& entry) { return entry.second.end.has_value(); });
  if (oldest != executions_.end()) executions_.erase(oldest);
}

}  // namespace picket::node
