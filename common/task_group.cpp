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
#include <utility>

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
    wake_if_idle();
  }
  void wake_if_idle() {
    if (empty()) idle.cancel();
  }
  bool empty() const { return tasks.empty() && places.empty(); }

  TaskFailed on_failed;
  std::list<Task> tasks;
  std::list<std::function<void()>> places;
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
  for (auto place = state_->places.begin(); place != state_->places.end();) {
    const auto cancel = std::exchange(*place++, nullptr);
    if (cancel) cancel();
  }
}

TaskGroup::Place TaskGroup::enter(std::function<void()> cancel) {
  Place place(state_);
  if (state_->stopped) {
    cancel();
  } else {
    *place.cancel_ = std::move(cancel);
  }
  return place;
}

TaskGroup::Place::Place(std::shared_ptr<State> state)
    : state_(std::move(state)), cancel_(state_->places.emplace(state_->places.end())) {}

TaskGroup::Place::Place(Place&& other) noexcept
    : state_(std::move(other.state_)), cancel_(other.cancel_) {}

TaskGroup::Place::~Place() {
  if (!state_) return;
  state_->places.erase(cancel_);
  state_->wake_if_idle();
}

asio::awaitable<void> TaskGroup::join() {
  const auto state = state_;
  while (!state->empty()) {
    asio::error_code ended;
    auto token = asio::redirect_error(asio::use_awaitable, ended);
    co_await state->idle.async_wait(token);
  }
}

std::size_t TaskGroup::size() const { return state_->tasks.size() + state_->places.size(); }

}  // namespace picket
