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

  void run();
  void hand_over(std::function<void()> result);

  const asio::any_io_executor loop;
  const std::size_t jobs_max;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> jobs;        // guarded by mutex
  std::size_t unfinished = 0;  // guarded by mutex: waiting, running, or its result not yet handled
  bool stopping = false;       // guarded by mutex
  bool stopped = false;        // the loop's thread only
  std::weak_ptr<State> self;
  std::thread thread;
};

void Worker::State::run() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [this] { return stopping || !jobs.empty(); });
    if (stopping) return;
    Job job = std::move(jobs.front());
    jobs.pop_front();
    lock.unlock();
    hand_over(job());
    job = {};
    lock.lock();
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

bool Worker::enqueue(Job job) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping || state_->unfinished >= state_->jobs_max) return false;
    ++state_->unfinished;
    state_->jobs.push_back(std::move(job));
  }
  state_->changed.notify_one();
  return true;
}

void Worker::stop() {
  state_->stopped = true;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->jobs.clear();
  }
  state_->changed.notify_one();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace picket
