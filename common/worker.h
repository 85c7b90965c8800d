// A helper thread behind a bounded queue, for what may block (names, DNS, NSS). The results come
// back on the loop's thread; the jobs share nothing with it.
#pragma once

#include <asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace picket {

class Worker {
 public:
  /// `loop`: where results are handled. At most `jobs_max` jobs wait or run.
  Worker(asio::any_io_executor loop, std::size_t jobs_max);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// stop()
  ~Worker();

  /// Runs `job` on the helper thread, then `done(result)` on the loop. False: the queue is full or
  /// the worker stopped, neither will be called. An exception of the job is handed to `failed`, if
  /// there is one, as its text.
  template <typename Job, typename Done>
  [[nodiscard]] bool post(Job job, Done done) {
    return enqueue(
        [job = std::move(job), done = std::move(done)]() mutable -> std::function<void()> {
          auto result = std::make_shared<decltype(job())>(job());
          return [done = std::move(done), result]() mutable { done(std::move(*result)); };
        });
  }

  /// Drops what waits, waits for the job that runs, calls no further `done`. From the loop's
  /// thread.
  void stop();

 private:
  struct State;
  [[nodiscard]] bool enqueue(std::function<std::function<void()>()> job);
  std::shared_ptr<State> state_;
};

}  // namespace picket
