// A helper thread behind a bounded queue, for what may block (names, DNS, NSS, the journal's disk).
// The results come back on the loop's thread; the jobs share nothing with it.
#pragma once

#include <asio/any_io_executor.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace picket {

class Worker {
 public:
  /// `loop`: where results are handled. At most `jobs_max` jobs wait, run, or have a result that
  /// waits.
  Worker(asio::any_io_executor loop, std::size_t jobs_max);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// stop()
  ~Worker();

  /// Runs `job()` on the helper thread, then `done(result)` on the loop, where `result` is an
  /// optional that is empty if the job threw. False: the queue is full or the worker stopped, and
  /// neither will be called.
  template <typename Call, typename Done>
  [[nodiscard]] bool post(Call job, Done done) {
    return enqueue(with_result(std::move(job), std::move(done)), Turn::kLast);
  }
  /// The same, but before all that waits, and whatever the queue holds.
  template <typename Call, typename Done>
  [[nodiscard]] bool post_first(Call job, Done done) {
    return enqueue(with_result(std::move(job), std::move(done)), Turn::kFirst);
  }

  /// Waits until all jobs have been done; their results are handled by the loop, if it still runs.
  void finish();

  /// Drops what waits, waits for the job that runs, calls no further `done`. From the loop's
  /// thread.
  void stop();

 private:
  struct State;
  using Job = std::function<std::function<void()>()>;
  enum class Turn { kFirst, kLast };

  template <typename Call, typename Done>
  static Job with_result(Call job, Done done) {
    return [job = std::move(job), done = std::move(done)]() -> std::function<void()> {
      auto result = std::make_shared<decltype(attempt(job))>(attempt(job));
      return [done, result] { done(std::move(*result)); };
    };
  }

  template <typename Call>
  static auto attempt(const Call& job) -> std::optional<decltype(job())> {
    try {
      return job();
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

  [[nodiscard]] bool enqueue(Job job, Turn turn);
  std::shared_ptr<State> state_;
};

}  // namespace picket
