// An executor with an allowlist of the test's own, and an agent that the test plays. Needs root, as
// everything that the executor trusts is root's.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/log.h"
#include "common/system_clock.h"
#include "node/executor/executor.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trusted_folder.h"

namespace picket::test {

/// The system's, as it would be later.
class ForwardClock final : public Clock {
 public:
  WallTime wall() const override { return clock_.wall() + ahead_; }
  SteadyTime steady() const override { return clock_.steady() + ahead_; }
  Nanoseconds since_boot() const override { return clock_.since_boot() + ahead_; }
  void advance(Nanoseconds duration) { ahead_ += duration; }

 private:
  SystemClock clock_;
  Nanoseconds ahead_{0};
};

class ExecutorRig : public node::Outlet {
 public:
  using Arguments = std::vector<std::pair<std::string, std::string>>;
  static constexpr uint64_t kPlenty = 1ULL << 20U;

  /// `%` in the allowlist stands for the rig's folder.
  explicit ExecutorRig(const std::string& allowlist) {
    log::set_up(log::Level::kError);
    write_allowlist(allowlist);
    executor = std::make_unique<node::Executor>(folder / "commands.toml", "here", clock);
    executor->join(*this);
  }

  /// An entry that runs a shell's command line.
  static std::string shell(const std::string& label, const std::string& line,
                           const std::string& more = "") {
    return "[commands." + label + "]\nuser = \"root\"\nargv = [\"/bin/sh\", \"-c\", '''" + line +
           "''']\n" + more + "\n";
  }

  void write_allowlist(std::string text) const {
    for (std::size_t at = 0; (at = text.find('%', at)) != std::string::npos;)
      text.replace(at, 1, folder.path());
    const std::string path = folder / "commands.toml";
    write(path + ".new", text);
    if (::rename((path + ".new").c_str(), path.c_str()) != 0) throw std::runtime_error("rename");
  }

  std::string run(const std::string& label, const Arguments& arguments = {},
                  uint64_t credit = kPlenty) {
    const std::string id = "id" + std::to_string(++ids_);
    run_as(id, label, arguments, credit);
    return id;
  }
  const std::string& label_of(const std::string& id) const { return labels_.at(id); }
  void run_as(const std::string& id, const std::string& label, const Arguments& arguments = {},
              uint64_t credit = kPlenty, const std::string& instance = "here",
              uint64_t timeout_ms = 0) {
    v1::AgentToExecutor message;
    v1::RunCommand& run = *message.mutable_run();
    labels_[id] = label;
    run.set_id(id);
    run.set_instance_id(instance);
    run.set_label(label);
    run.set_timeout_ms(timeout_ms);
    run.set_credit_bytes(credit);
    for (const auto& [name, value] : arguments) {
      run.add_arguments()->set_name(name);
      run.mutable_arguments(run.arguments_size() - 1)->set_value(value);
    }
    if (!executor->take(message)) throw std::runtime_error("no message");
  }
  void cancel(const std::string& id) {
    v1::AgentToExecutor message;
    message.mutable_cancel()->set_id(id);
    if (!executor->take(message)) throw std::runtime_error("no message");
  }
  void credit(const std::string& id, uint64_t bytes) {
    v1::AgentToExecutor message;
    message.mutable_credit()->set_id(id);
    message.mutable_credit()->set_bytes(bytes);
    if (!executor->take(message)) throw std::runtime_error("no message");
  }

  /// Lets it work until `done`, for 20 s at most. Whether it was.
  bool until(const std::function<bool()>& done) {
    const auto give_up = clock.steady() + Seconds(20);
    bool is_done = done();
    for (; !is_done && clock.steady() < give_up; is_done = done()) turn();
    return is_done;
  }
  /// One turn, of 20 ms at most.
  void turn() {
    polls_.clear();
    executor->want(polls_);
    const auto timeout = executor->timeout().value_or(Milliseconds(20));
    (void)polls_.wait(std::min(timeout, Milliseconds(20)));
    executor->turn(polls_);
  }

  /// Of the one that is found; fails the test if it never comes.
  v1::ExecutionEnd end(const std::string& id) {
    if (!until([&] { return ends_of(id) > 0; })) throw std::runtime_error("no end of " + id);
    v1::ExecutionEnd end;
    for (const auto& message : messages) {
      if (message.has_ended() && message.ended().id() == id) end = message.ended().end();
      if (!message.has_refused() || message.refused().id() != id) continue;
      end.set_kind(v1::ExecutionEnd::KIND_REFUSED);
      end.set_refusal(message.refused().refusal());
      end.set_reason(message.refused().reason());
    }
    return end;
  }
  long ends_of(const std::string& id) const {
    return std::ranges::count_if(messages, [&](const auto& message) {
      return (message.has_ended() && message.ended().id() == id) ||
             (message.has_refused() && message.refused().id() == id);
    });
  }
  std::string output(const std::string& id, bool errors = false) const {
    std::string text;
    const auto stream =
        errors ? v1::ExecutionOutput::STREAM_STDERR : v1::ExecutionOutput::STREAM_STDOUT;
    for (const auto& message : messages)
      if (message.has_output() && message.output().id() == id &&
          message.output().stream() == stream)
        text += message.output().data();
    return text;
  }
  bool wait_for_output(const std::string& id, const std::string& text) {
    return until([&] { return output(id).find(text) != std::string::npos; });
  }
  /// What was told of the allowlist last.
  v1::Commands commands() const {
    v1::Commands commands;
    for (const auto& message : messages)
      if (message.has_commands()) commands = message.commands();
    return commands;
  }

  void send(const v1::ExecutorToAgent& message) override { messages.push_back(message); }
  bool has_room() const override { return room; }

  ForwardClock clock;
  TrustedFolder folder;
  std::unique_ptr<node::Executor> executor;
  std::vector<v1::ExecutorToAgent> messages;
  bool room = true;

 private:
  node::PollSet polls_;
  int ids_ = 0;
  std::map<std::string, std::string> labels_;  // by id
};

}  // namespace picket::test
