#include "node/collectors/commands.h"

#include <asio/post.hpp>
#include <utility>

#include "common/decode.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/message_shapes.h"
#include "node/collectors/alarm.h"
#include "node/collectors/side_link.h"
#include "node/collectors/small_file.h"
#include "node/core/execution_feeds.h"
#include "node/processes/side_process.h"

namespace picket::node {

// All that can call back.
struct CommandsCollector::Running {
  explicit Running(asio::io_context& loop) : again(loop) {}

  Alarm again;
  std::unique_ptr<SideLink> link;
  bool greeted = false;
  std::string instance_id;
  uint32_t untold = 0;  // executions that an earlier agent left behind, not told yet
  std::shared_ptr<bool> token = std::make_shared<bool>(true);
};

CommandsCollector::CommandsCollector(const CollectorContext& context) : context_(context) {}

CommandsCollector::~CommandsCollector() { stop(); }

std::string_view CommandsCollector::resource() const { return kCommandsResource; }

void CommandsCollector::start(Publish publish) {
  publish_ = std::move(publish);
  running_ = std::make_unique<Running>(context_.loop);
  asio::post(context_.loop, [this, token = std::weak_ptr(running_->token)] {
    if (token.lock()) find_executor();
  });
}

void CommandsCollector::stop() {
  if (!running_) return;
  running_.reset();
  context_.executions.set_runner(nullptr, "commands are no longer run by this agent");
  context_.executions.on_known();
}

bool CommandsCollector::has_allowlist() const {
  std::error_code error;
  return std::filesystem::exists(below(context_.root, kCommandsFile), error) || error;
}

void CommandsCollector::find_executor() {
  const ExecutorSettings& settings = context_.executor;
  // Who connects starts it: not where nothing is to be run.
  if (settings.executor == nullptr && !has_allowlist())
    return tell_without_executor("there is no " + std::string(kCommandsFile));
  UniqueFd socket;
  std::string why = "the process that runs commands has ended";
  if (settings.executor != nullptr) {
    socket = settings.executor->take_socket();
  } else if (auto connected = connect_side(settings.socket)) {
    socket = *std::move(connected);
  } else {
    why = settings.socket + ": " + connected.error();
  }
  if (!socket) return tell_without_executor(why);
  running_->greeted = false;
  running_->link = std::make_unique<SideLink>(
      context_.loop, std::move(socket), [this](std::string_view payload) { return take(payload); },
      [this] { on_lost(); });
}

bool CommandsCollector::take(std::string_view payload) {
  v1::ExecutorToAgent message;
  if (!decode(payload, shapes::kExecutorToAgent, message)) return false;
  if (message.has_hello()) return on_hello(message.hello());
  if (!running_->greeted) return false;
  if (message.has_commands()) {
    v1::ResourceValue value = new_value();
    value.mutable_health()->mutable_ok()->set_last_success_unix_ns(value.at_unix_ns());
    *value.mutable_commands() = std::move(*message.mutable_commands());
    value.mutable_commands()->set_instance_id(running_->instance_id);
    publish_if_changed(std::move(value));
    return true;
  }
  const bool was_left_behind = message.has_running();
  context_.executions.take(std::move(message));
  if (!was_left_behind || running_->untold == 0) return true;
  --running_->untold;
  if (running_->untold == 0) context_.executions.on_known();
  return true;
}

bool CommandsCollector::on_hello(const v1::ExecutorHello& hello) {
  if (std::exchange(running_->greeted, true)) return false;
  running_->instance_id = hello.instance_id();
  running_->untold = hello.running();
  context_.executions.set_runner(this);
  if (hello.running() == 0) context_.executions.on_known();
  return true;
}

void CommandsCollector::on_lost() {
  log::warn("the process that runs commands has ended");
  running_->link.reset();
  const std::string reason = "the process that runs commands has ended";
  context_.executions.set_runner(nullptr, reason);
  tell_without_executor(reason);
  if (running_ && context_.executor.executor == nullptr)
    running_->again.set(limits::kSideReconnect, [this] { find_executor(); });
}

// Whoever lists no commands needs nobody who runs them.
void CommandsCollector::tell_without_executor(const std::string& why) {
  context_.executions.on_known();
  v1::ResourceValue value = new_value();
  if (!has_allowlist()) {
    value.mutable_health()->mutable_ok()->set_last_success_unix_ns(value.at_unix_ns());
    value.mutable_commands();
  } else {
    value.mutable_health()->mutable_failed()->set_reason(why);
    value.mutable_health()->mutable_failed()->set_remedy(kCommandsRemedy);
  }
  publish_if_changed(std::move(value));
  if (running_ && context_.executor.executor == nullptr)
    running_->again.set(limits::kSideRetry, [this] { find_executor(); });
}

v1::ResourceValue CommandsCollector::new_value() const {
  v1::ResourceValue value;
  value.set_resource(std::string(kCommandsResource));
  value.set_at_unix_ns(to_unix_ns(context_.clock.wall()));
  return value;
}

void CommandsCollector::publish_if_changed(v1::ResourceValue value) {
  if (!published_.is_news(value)) return;
  latest_ = value;
  publish_(std::move(value));
}

void CommandsCollector::refresh(Publish done) {
  if (!running_) return;
  asio::post(context_.loop, [this, done = std::move(done), token = std::weak_ptr(running_->token)] {
    if (token.lock()) done(latest_.resource().empty() ? new_value() : latest_);
  });
}

void CommandsCollector::run(v1::RunCommand command) {
  v1::AgentToExecutor message;
  *message.mutable_run() = std::move(command);
  running_->link->send(message);
}

void CommandsCollector::cancel(const std::string& id) {
  v1::AgentToExecutor message;
  message.mutable_cancel()->set_id(id);
  running_->link->send(message);
}

void CommandsCollector::add_credit(const std::string& id, uint64_t bytes) {
  v1::AgentToExecutor message;
  message.mutable_credit()->set_id(id);
  message.mutable_credit()->set_bytes(bytes);
  running_->link->send(message);
}

}  // namespace picket::node
