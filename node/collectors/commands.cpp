#include "node/collectors/commands.h"

#include <sys/inotify.h>

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

#include "common/decode.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/message_shapes.h"
#include "node/collectors/alarm.h"
#include "node/collectors/inotify_events.h"
#include "node/collectors/readable_fd.h"
#include "node/collectors/side_link.h"
#include "node/collectors/small_file.h"
#include "node/core/execution_feeds.h"
#include "node/processes/side_starter.h"

namespace picket::node {

// All that can call back.
struct CommandsCollector::Running {
  explicit Running(asio::io_context& loop) : again(loop) {}

  Alarm again;
  std::unique_ptr<SideLink> link;
  bool greeted = false;
  SteadyTime greeted_at;
  Milliseconds pause = limits::kSideReconnect;  // before the next, should this one end
  UniqueFd folder;                              // of the allowlist: tells of changes there
  std::unique_ptr<ReadableFd> folder_changed;
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
  watch_folder();
  // Who connects starts it: not where nothing is to be run.
  if (!has_allowlist())
    return tell_without_executor("there is no " + std::string(kCommandsFile), limits::kSideRetry);
  auto connected =
      settings.starter != nullptr ? settings.starter->connect() : connect_side(settings.socket);
  if (!connected)
    return tell_without_executor(
        (settings.starter != nullptr ? "" : settings.socket + ": ") + connected.error(),
        limits::kSideRetry);
  running_->again.cancel();
  running_->greeted = false;
  running_->link = std::make_unique<SideLink>(
      context_.loop, *std::move(connected),
      [this](std::string_view payload) { return take(payload); }, [this] { on_lost(); });
}

// Word of an allowlist that comes. Where its folder isn't there either, looking now and then must
// do.
void CommandsCollector::watch_folder() {
  if (running_->folder) return;
  UniqueFd events(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const auto folder = below(context_.root, kCommandsFile).parent_path();
  constexpr uint32_t kAppears = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR;
  if (!events || ::inotify_add_watch(events.get(), folder.c_str(), kAppears) < 0) return;
  running_->folder = std::move(events);
  running_->folder_changed =
      std::make_unique<ReadableFd>(context_.loop, running_->folder.get(), [this] {
        read_inotify(running_->folder.get(), [](const InotifyEvent&) {});
        if (!had_allowlist_ && !running_->link && has_allowlist()) find_executor();
      });
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
  running_->greeted_at = context_.clock.steady();
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
  const bool lasted =
      running_->greeted && context_.clock.steady() - running_->greeted_at >= limits::kSideRetry;
  if (lasted) running_->pause = limits::kSideReconnect;
  tell_without_executor(reason, running_->pause);
  running_->pause = std::min<Milliseconds>(2 * running_->pause, limits::kSideRetry);
}

// Whoever lists no commands needs nobody who runs them.
void CommandsCollector::tell_without_executor(const std::string& why, Milliseconds look_again) {
  running_->again.set(look_again, [this] { find_executor(); });
  context_.executions.on_known();
  v1::ResourceValue value = new_value();
  had_allowlist_ = has_allowlist();
  if (!had_allowlist_) {
    value.mutable_health()->mutable_ok()->set_last_success_unix_ns(value.at_unix_ns());
    value.mutable_commands();
  } else {
    value.mutable_health()->mutable_failed()->set_reason(why);
    value.mutable_health()->mutable_failed()->set_remedy(kCommandsRemedy);
  }
  publish_if_changed(std::move(value));
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
