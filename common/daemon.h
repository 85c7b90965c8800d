// What every daemon's main needs: the loop, signals, systemd's readiness, timers of the core, and
// an orderly stop: stop accepting, tell peers, flush, close, exit.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/deadlines.h"
#include "common/task_group.h"

namespace picket {

class Daemon {
 public:
  /// Ignores SIGPIPE and takes over SIGTERM, SIGINT and SIGHUP. `on_failed`: see TaskGroup; it is
  /// also told of what a callback of the loop threw, after which the loop goes on.
  explicit Daemon(TaskFailed on_failed);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  asio::io_context& io() { return io_; }
  /// Listeners, dialling, and whatever else is cancelled first at stop.
  TaskGroup& accepting() { return accepting_; }
  /// Connections: awaited at stop, for limits::kStopTimeout at most.
  TaskGroup& tasks() { return tasks_; }

  /// Runs the actions of a core when they are due. `deadlines` outlives the daemon's run().
  void drive(Deadlines& deadlines);
  /// Called once when the daemon is to stop, after it stopped accepting: say goodbye, close links.
  /// In the order of registration.
  void on_stop(std::function<void()> action);
  /// SIGHUP; without any it is ignored.
  void on_reload(std::function<void()> action);

  /// A sentence about how things are, for `systemctl status`. Asked for when the daemon is ready,
  /// and then whenever systemd's watchdog is to hear that the loop runs.
  void on_status(std::function<std::string()> text);

  /// Runs until stopped, having told systemd that it is ready. A second SIGTERM or SIGINT ends it
  /// at once. What its tasks and callbacks refer to must still live when it returns.
  void run();
  /// Runs what is ready and returns; after run(), for what is still to be put in order.
  void run_ready();
  /// As SIGTERM.
  void stop();

 private:
  struct Driver;

  bool run_loop(bool until_stopped);
  void await_signal();
  void on_signal(int signal);
  void tell_systemd(std::string_view news);
  asio::awaitable<void> finish();

  TaskFailed on_failed_;
  asio::io_context io_;
  asio::signal_set signals_;
  TaskGroup accepting_;
  TaskGroup tasks_;
  std::vector<std::function<void()>> stop_actions_;
  std::vector<std::function<void()>> reload_actions_;
  std::vector<std::unique_ptr<Driver>> drivers_;
  std::function<std::string()> status_;
  asio::steady_timer stop_timer_;
  asio::steady_timer systemd_timer_;
  bool stopping_ = false;
};

/// Lets this process have as many open descriptors as it may: the limit that programs start with is
/// often 1,024, for the sake of those who use select(2).
void raise_descriptor_limit();

}  // namespace picket
