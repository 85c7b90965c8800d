#include "common/task_group.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <exception>
#include <list>
#include <system_error>

namespace picket {
namespace {

/// Nothing: the task ended by itself or was cancelled.
std::string failure_of(const std::exception_ptr& exception) {
  if (!exception) return {};
  try {
    std::rethrow_exception(exception);
  } catch (const std::system_error& error) {
    return error.code() == asio::error::operation_aborted ? std::string() : error.what();
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

struct TaskGroup::State {
  struct Task {
    std::string name;
    asio::cancellation_signal signal;
  };

  State(const asio::any_io_executor& executor, TaskFailed failed)
      : on_failed(std::move(failed)), idle(executor, asio::steady_timer::time_point::max()) {}

  void ended(std::list<Task>::iterator task, const std::exception_ptr& exception) {
    const std::string name = std::move(task->name);
    tasks.erase(task);
    const std::string failure = failure_of(exception);
    if (!failure.empty() && on_failed) on_failed(name, failure);
    if (tasks.empty()) idle.cancel();
  }

  TaskFailed on_failed;
  std::list<Task> tasks;
  asio::steady_timer idle;  // cancelled whenever the last task has ended
  bool stopped = false;
};

TaskGroup::TaskGroup(asio::any_io_executor executor, TaskFailed on_failed)
    : executor_(executor), state_(std::make_shared<State>(executor, std::move(on_failed))) {}

TaskGroup::~TaskGroup() { stop(); }

void TaskGroup::spawn(std::string_view name, asio::awaitable<void> task) {
  if (state_->stopped) return;
  auto& tasks = state_->tasks;
  const auto place = tasks.emplace(tasks.end());
  place->name = name;
  auto on_end = [state = state_, place](const std::exception_ptr& exception) {
    state->ended(place, exception);
  };
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(place->signal.slot(), std::move(on_end)));
}

void TaskGroup::stop() {
  state_->stopped = true;
  // A cancelled task may end within emit() and leave the list.
  for (auto task = state_->tasks.begin(); task != state_->tasks.end();) {
    auto& signal = task->signal;
    ++task;
    signal.emit(asio::cancellation_type::terminal);
  }
}

asio::awaitable<void> TaskGroup::join() {
  const auto state = state_;
  while (!state->tasks.empty()) {
    asio::error_code ended;
    auto token = asio::redirect_error(asio::use_awaitable, ended);
    co_await state->idle.async_wait(token);
  }
}

std::size_t TaskGroup::size() const { return state_->tasks.size(); }

}  // namespace picket
