#include "common/worker.h"

#include <asio/io_context.hpp>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/loop.h"

namespace picket {

using test::run_until;

TEST_CASE("a job runs on the helper thread, its result is handled on the loop") {
  asio::io_context io;
  Worker worker(io.get_executor(), 10);
  const auto here = std::this_thread::get_id();
  std::vector<std::string> results;
  bool elsewhere = false;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(worker.post([i] { return std::pair(std::to_string(i), std::this_thread::get_id()); },
                        [&](auto result) {
                          REQUIRE(result);
                          CHECK(std::this_thread::get_id() == here);
                          elsewhere = result->second != here;
                          results.push_back(result->first);
                        }));
  }
  REQUIRE(run_until(io, [&] { return results.size() == 3; }));
  CHECK(results == std::vector<std::string>{"0", "1", "2"});
  CHECK(elsewhere);
}

TEST_CASE("the queue takes as many as its limit, not one more, until results are handled") {
  asio::io_context io;
  Worker worker(io.get_executor(), 2);
  int done = 0;
  const auto job = [] { return 1; };
  const auto count = [&](std::optional<int>) { ++done; };
  REQUIRE(worker.post(job, count));
  REQUIRE(worker.post(job, count));
  CHECK_FALSE(worker.post(job, count));
  REQUIRE(run_until(io, [&] { return done == 2; }));
  CHECK(worker.post(job, count));
  REQUIRE(run_until(io, [&] { return done == 3; }));
}

TEST_CASE("a job that throws gives an empty result") {
  asio::io_context io;
  Worker worker(io.get_executor(), 2);
  bool called = false;
  REQUIRE(worker.post([]() -> int { throw std::runtime_error("no such user"); },
                      [&](std::optional<int> result) { called = !result; }));
  CHECK(run_until(io, [&] { return called; }));
}

TEST_CASE("stopping waits for the job that runs and drops the rest") {
  asio::io_context io;
  Worker worker(io.get_executor(), 10);
  std::promise<void> started;
  std::promise<void> go_on;
  auto released = go_on.get_future().share();
  int done = 0;
  bool second = false;
  REQUIRE(worker.post(
      [&started, released] {
        started.set_value();
        released.wait();
        return 1;
      },
      [&](std::optional<int>) { ++done; }));
  REQUIRE(worker.post([&second] { return second = true; }, [&](std::optional<bool>) { ++done; }));
  started.get_future().wait();
  std::thread release([&] { go_on.set_value(); });
  worker.stop();
  release.join();
  test::run_ready(io);
  CHECK(done == 0);
  CHECK_FALSE(worker.post([] { return 1; }, [](std::optional<int>) {}));
}

}  // namespace picket
