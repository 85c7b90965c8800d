#include "common/worker.h"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace picket {

// Shared by the thread and by the results on their way to the loop, which may outlive the Worker.
struct Worker::State {
  State(asio::any_io_executor executor, std::size_t max)
      : loop(std::move(executor)), jobs_max(max) {}

  bool has_jobs() const { return !first.empty() || !jobs.empty(); }  // with the mutex held
  void run();
  void hand_over(std::function<void()> result);

  const asio::any_io_executor loop;
  const std::size_t jobs_max;
  std::mutex mutex;
  std::condition_variable changed;
  std::condition_variable idle;
  std::deque<Job> first;       // guarded by mutex: before all others, in their order
  std::deque<Job> jobs;        // guarded by mutex
  std::size_t unfinished = 0;  // guarded by mutex: waiting, running, or its result not yet handled
  bool running = false;        // guarded by mutex: a job
  bool stopping = false;       // guarded by mutex
  bool stopped = false;        // the loop's thread only
  std::weak_ptr<State> self;
  std::thread thread;
};

void Worker::State::run() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [this] { return stopping || has_jobs(); });
    if (stopping) return;
    auto& next = first.empty() ? jobs : first;
    Job job = std::move(next.front());
    next.pop_front();
    running = true;
    lock.unlock();
    hand_over(job());
    job = {};
    lock.lock();
    running = false;
    if (!has_jobs()) idle.notify_all();
  }
}

void Worker::State::hand_over(std::function<void()> result) {
  asio::post(loop, [state = self.lock(), result = std::move(result)] {
    if (state == nullptr || state->stopped) return;
    {
      const std::lock_guard lock(state->mutex);
      --state->unfinished;
    }
    result();
  });
}

Worker::Worker(asio::any_io_executor loop, std::size_t jobs_max)
    : state_(std::make_shared<State>(std::move(loop), jobs_max)) {
  state_->self = state_;
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Worker::~Worker() { stop(); }

bool Worker::enqueue(Job job, Turn turn) {
  {
    const std::lock_guard lock(state_->mutex);
    const bool full = state_->unfinished >= state_->jobs_max;
    if (state_->stopping || (full && turn == Turn::kLast)) return false;
    ++state_->unfinished;
    (turn == Turn::kFirst ? state_->first : state_->jobs).push_back(std::move(job));
  }
  state_->changed.notify_one();
  return true;
}

void Worker::finish() {
  std::unique_lock lock(state_->mutex);
  state_->idle.wait(
      lock, [this] { return state_->stopping || (!state_->has_jobs() && !state_->running); });
}

void Worker::stop() {
  state_->stopped = true;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->first.clear();
    state_->jobs.clear();
  }
  state_->changed.notify_one();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace picket
