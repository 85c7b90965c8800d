#include "node/collectors/watched_log.h"

#include <chrono>
#include <utility>

namespace picket::node {
namespace {

constexpr std::chrono::seconds kLookEvery(30);

}  // namespace

WatchedLog::WatchedLog(asio::io_context& loop, std::unique_ptr<LogSource> source,
                       std::function<void()> wake)
    : loop_(loop), source_(std::move(source)), wake_(std::move(wake)), alarm_(loop) {
  watch();
  wait();
}

void WatchedLog::start_at(const LogStart& start) {
  source_->start_at(start);
  watch();
}

LogStep WatchedLog::next() {
  LogStep step = source_->next();
  watch();
  return step;
}

void WatchedLog::woken() {
  source_->woken();
  watch();
}

// The source may have opened its log just now, or another.
void WatchedLog::watch() {
  if (source_->wake_fd() == watched_fd_) return;
  watched_fd_ = source_->wake_fd();
  readable_.reset();
  if (watched_fd_ >= 0)
    readable_ = std::make_unique<ReadableFd>(loop_, watched_fd_, [this] { on_woken(); });
}

void WatchedLog::wait() {
  alarm_.set(kLookEvery, [this] {
    wait();
    on_woken();
  });
}

void WatchedLog::on_woken() {
  woken();
  wake_();
}

}  // namespace picket::node
