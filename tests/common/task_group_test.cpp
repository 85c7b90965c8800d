#include "common/task_group.h"

#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/loop.h"

namespace picket {
namespace {

using test::run_ready;

asio::awaitable<void> wait_forever(asio::io_context* io, int* ended) {
  asio::steady_timer timer(*io, asio::steady_timer::time_point::max());
  struct Count {
    int* ended;
    ~Count() { ++*ended; }
  };
  const Count count{ended};
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> fail() {
  throw std::runtime_error("on purpose");
  co_return;
}

asio::awaitable<void> join(TaskGroup* tasks, bool* joined) {
  co_await tasks->join();
  *joined = true;
}

}  // namespace

TEST_CASE("stopping a group cancels its tasks, and join waits for them") {
  asio::io_context io;
  int ended = 0;
  bool joined = false;
  std::vector<std::string> failures;
  TaskGroup tasks(io.get_executor(), [&](std::string_view task, std::string_view what) {
    failures.push_back(std::string(task) + ": " + std::string(what));
  });
  TaskGroup joiner(io.get_executor(), nullptr);
  for (int i = 0; i < 3; ++i) tasks.spawn("wait", wait_forever(&io, &ended));
  joiner.spawn("join", join(&tasks, &joined));
  run_ready(io);
  CHECK(tasks.size() == 3);
  CHECK_FALSE(joined);
  tasks.stop();
  run_ready(io);
  CHECK(ended == 3);
  CHECK(tasks.size() == 0);
  CHECK(joined);
  CHECK(failures.empty());  // to be cancelled is no failure
  tasks.spawn("too late", wait_forever(&io, &ended));
  CHECK(tasks.size() == 0);
}

TEST_CASE("an exception ends its task, is told, and hurts no other") {
  asio::io_context io;
  int ended = 0;
  std::vector<std::string> failures;
  TaskGroup tasks(io.get_executor(), [&](std::string_view task, std::string_view what) {
    failures.push_back(std::string(task) + ": " + std::string(what));
  });
  tasks.spawn("other", wait_forever(&io, &ended));
  tasks.spawn("broken", fail());
  run_ready(io);
  CHECK(failures == std::vector<std::string>{"broken: on purpose"});
  CHECK(tasks.size() == 1);
  CHECK(ended == 0);
}

TEST_CASE("joining an empty group returns at once") {
  asio::io_context io;
  bool joined = false;
  TaskGroup tasks(io.get_executor(), nullptr);
  TaskGroup joiner(io.get_executor(), nullptr);
  joiner.spawn("join", join(&tasks, &joined));
  run_ready(io);
  CHECK(joined);
}

TEST_CASE("what lives by callbacks is a task too: cancelled by stop, awaited by join") {
  asio::io_context io;
  bool joined = false;
  int cancelled = 0;
  TaskGroup tasks(io.get_executor(), nullptr);
  TaskGroup joiner(io.get_executor(), nullptr);
  std::optional<TaskGroup::Place> one(tasks.enter([&] {
    ++cancelled;
    one.reset();  // may end within
  }));
  std::optional<TaskGroup::Place> two(tasks.enter([&] { ++cancelled; }));
  joiner.spawn("join", join(&tasks, &joined));
  run_ready(io);
  CHECK(tasks.size() == 2);
  tasks.stop();
  tasks.stop();
  run_ready(io);
  CHECK(cancelled == 2);
  CHECK(tasks.size() == 1);
  CHECK_FALSE(joined);
  two.reset();
  run_ready(io);
  CHECK(joined);
  const auto late = tasks.enter([&] { ++cancelled; });
  CHECK(cancelled == 3);  // stopped already
}

}  // namespace picket
