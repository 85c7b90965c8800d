#include "node/executor/executor.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "common/utf8.h"

namespace picket::node {

Executor::Executor(std::string allowlist_path, std::string instance_id, const Clock& clock)
    : clock_(clock),
      instance_id_(std::move(instance_id)),
      allowlist_(std::move(allowlist_path), clock) {
  allowlist_.refresh();
}

void Executor::join(Outlet& agent) {
  agent_ = &agent;
  v1::ExecutorToAgent hello;
  hello.mutable_hello()->set_instance_id(instance_id_);
  const auto running = std::ranges::count_if(
      executions_, [](const Execution& execution) { return execution.has_started(); });
  hello.mutable_hello()->set_running(static_cast<uint32_t>(running));
  agent.send(hello);
  allowlist_.refresh();
  tell_commands();
  const SteadyTime now = clock_.steady();
  for (Execution& execution : executions_) execution.join(agent, now);
}

void Executor::leave() {
  agent_ = nullptr;
  const SteadyTime now = clock_.steady();
  for (Execution& execution : executions_) execution.leave(now);
}

bool Executor::take(const v1::AgentToExecutor& message) {
  using Case = v1::AgentToExecutor::MessageCase;
  switch (message.message_case()) {
    case Case::kRun: {
      const std::size_t id_bytes = message.run().id().size();
      if (id_bytes == 0 || id_bytes > limits::kExecutionIdBytesMax) return false;
      run(message.run());
      return true;
    }
    case Case::kCancel:
      if (auto* execution = find(message.cancel().id())) execution->cancel(clock_.steady());
      return true;
    case Case::kCredit:
      if (auto* execution = find(message.credit().id()))
        execution->add_credit(message.credit().bytes());
      return true;
    case Case::kList:
      if (!agent_->has_room()) return true;  // what it has not read yet says it too
      allowlist_.refresh();
      tell_commands();
      return true;
    case Case::MESSAGE_NOT_SET: return true;
  }
  return true;
}

Execution* Executor::find(const std::string& id) {
  const auto found = std::ranges::find(executions_, id, &Execution::id);
  return found == executions_.end() ? nullptr : &*found;
}

void Executor::run(const v1::RunCommand& request) {
  const auto refusal = try_run(request);
  if (!refusal || agent_ == nullptr) return;
  v1::ExecutorToAgent message;
  message.mutable_refused()->set_id(request.id());
  message.mutable_refused()->set_refusal(refusal->kind);
  message.mutable_refused()->set_reason(to_valid_utf8(refusal->reason));
  agent_->send(message);
}

std::optional<Executor::Refusal> Executor::check_id(const v1::RunCommand& request) {
  if (request.instance_id() != instance_id_ || stopping_)
    return Refusal{v1::COMMAND_REFUSAL_STALE, "this was meant for an executor that has ended"};
  if (request.start_by_boot_ns() > 0 &&
      static_cast<uint64_t>(clock_.since_boot().count()) > request.start_by_boot_ns())
    return Refusal{v1::COMMAND_REFUSAL_STALE, kTooLateToStart};
  if (ledger_.contains(request.id()))
    return Refusal{v1::COMMAND_REFUSAL_SEEN, "this id has been used"};
  if (ledger_.make_room(clock_.steady())) return {};
  return Refusal{v1::COMMAND_REFUSAL_BUSY, "too many commands were run in the last minutes"};
}

std::optional<Executor::Refusal> Executor::check_room(const Command& command) const {
  if (executions_.size() >= limits::kCommandsRunningMax)
    return Refusal{v1::COMMAND_REFUSAL_BUSY,
                   "as many commands run as may: " + std::to_string(limits::kCommandsRunningMax)};
  const auto of_label = std::ranges::count_if(executions_, [&](const Execution& execution) {
    return execution.label() == command.label && execution.has_processes();
  });
  if (of_label < command.concurrency) return {};
  return Refusal{v1::COMMAND_REFUSAL_BUSY, command.label + " runs as often as may at once: " +
                                               std::to_string(command.concurrency)};
}

std::optional<Executor::Refusal> Executor::try_run(const v1::RunCommand& request) {
  if (auto refusal = check_id(request)) return refusal;
  refresh();
  if (!allowlist_.exists())
    return Refusal{v1::COMMAND_REFUSAL_NO_ALLOWLIST, "commands are not switched on at this node"};
  if (!allowlist_.now().errors.empty())
    return Refusal{v1::COMMAND_REFUSAL_NO_ALLOWLIST,
                   "the allowlist can't be used: " + allowlist_.now().errors.front()};
  const auto command = allowlist_.now().commands.find(request.label());
  if (command == allowlist_.now().commands.end())
    return Refusal{v1::COMMAND_REFUSAL_NO_SUCH_LABEL, "this node allows no command of that label"};
  ParameterValues given;
  for (const v1::CommandArgument& argument : request.arguments()) {
    if (!given.emplace(argument.name(), argument.value()).second)
      return Refusal{v1::COMMAND_REFUSAL_BAD_PARAMETER, "a parameter is given twice"};
  }
  const auto values = check_parameters(command->second, given);
  if (!values) return Refusal{v1::COMMAND_REFUSAL_BAD_PARAMETER, values.error()};
  if (auto refusal = check_room(command->second)) return refusal;
  return start(request, command->second, *values);
}

std::optional<Executor::Refusal> Executor::start(const v1::RunCommand& request,
                                                 const Command& command,
                                                 const ParameterValues& values) {
  const SteadyTime now = clock_.steady();
  ledger_.add(request.id(), now);
  StartOrder order{command, values};
  if (request.start_by_boot_ns() > 0)
    order.start_by = Nanoseconds(
        static_cast<int64_t>(std::min<uint64_t>(request.start_by_boot_ns(), INT64_MAX)));
  auto started = start_command(order);
  if (!started) return Refusal{v1::COMMAND_REFUSAL_NOT_STARTED, started.error()};
  Execution::Bounds bounds{command.label, command.timeout, command.kill_grace,
                           command.output_bytes_max, command.on_disconnect};
  if (request.timeout_ms() > 0 && request.timeout_ms() < INT32_MAX) {
    const auto wanted = Milliseconds(static_cast<int64_t>(request.timeout_ms()));
    bounds.timeout = std::min(bounds.timeout.value_or(wanted), wanted);
  }
  executions_.emplace_back(request.id(), std::move(bounds), *std::move(started), now)
      .add_credit(request.credit_bytes());
  log::info("command started", {{"label", command.label}, {"id", request.id()}});
  return {};
}

void Executor::refresh() {
  if (allowlist_.refresh()) tell_commands();
}

void Executor::tell_commands() {
  if (agent_ == nullptr) return;
  v1::ExecutorToAgent message;
  *message.mutable_commands() = allowlist_.published();
  agent_->send(message);
}

void Executor::want(PollSet& polls) const {
  allowlist_.want(polls);
  for (const Execution& execution : executions_) execution.want(polls, agent_);
}

std::optional<Milliseconds> Executor::timeout() const {
  std::optional<SteadyTime> first = allowlist_.deadline();
  for (const Execution& execution : executions_) {
    const auto at = execution.deadline();
    if (at && (!first || *at < *first)) first = at;
  }
  if (!first) return std::nullopt;
  const auto left = std::chrono::ceil<Milliseconds>(*first - clock_.steady());
  return std::max(left, Milliseconds(0));
}

void Executor::turn(const PollSet& polls) {
  if (allowlist_.is_ready(polls)) refresh();
  const SteadyTime now = clock_.steady();
  for (Execution& execution : executions_) execution.turn(polls, agent_, now);
  executions_.remove_if([](const Execution& execution) { return execution.is_told(); });
}

void Executor::stop() {
  stopping_ = true;
  const SteadyTime now = clock_.steady();
  for (Execution& execution : executions_) execution.cancel(now);
}

std::size_t Executor::running() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      executions_, [](const Execution& execution) { return !execution.is_done(); }));
}

}  // namespace picket::node
