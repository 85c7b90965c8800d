// The tasks of one owner: coroutines, and what lives by callbacks alone. Every task belongs to a
// group, so that stopping can cancel and await all of them; an exception ends its own task and is
// reported, never the program.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace picket {

/// Told about a task that ended by an exception: the task's name and the exception's text.
using TaskFailed = std::function<void(std::string_view task, std::string_view what)>;

class TaskGroup {
  struct State;

 public:
  /// A task without a coroutine: it counts until this is destroyed.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class TaskGroup;
    explicit Place(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
    std::list<std::function<void()>>::iterator cancel_;
  };

  TaskGroup(asio::any_io_executor executor, TaskFailed on_failed);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  /// Cancels what still runs; does not wait.
  ~TaskGroup();

  /// Starts a task from the loop's next turn on. `name` is for the report only. After stop(): drops
  /// the task.
  void spawn(std::string_view name, asio::awaitable<void> task);
  /// Counts the caller as a task; stop() calls `cancel`, at once if it was called before.
  [[nodiscard]] Place enter(std::function<void()> cancel);
  /// Cancels every task: what it waits for ends with operation_aborted, and so does every later
  /// wait.
  void stop();
  /// Waits until no task is left; not to be awaited by a task of the same group.
  asio::awaitable<void> join();

  std::size_t size() const;
  asio::any_io_executor executor() const { return executor_; }

 private:
  asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace picket
