#include "tests/support/change_times.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace picket::test {

ChangeTimes::ChangeTimes(const std::string& folder, std::string name)
    : name_(std::move(name)),
      inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  inotify_add_watch(inotify_.get(), folder.c_str(), IN_MODIFY | IN_MOVED_TO);
  thread_ = std::thread([this] { run(); });
}

ChangeTimes::~ChangeTimes() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

std::optional<SteadyTime> ChangeTimes::first_after(SteadyTime time) {
  const std::lock_guard lock(mutex_);
  const auto after = std::upper_bound(times_.begin(), times_.end(), time);
  return after == times_.end() ? std::nullopt : std::optional(*after);
}

void ChangeTimes::run() {
  pollfd fds[] = {{inotify_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  alignas(inotify_event) char events[4096];
  while (poll(fds, 2, -1) > 0 && fds[1].revents == 0) {
    const SteadyTime now = std::chrono::steady_clock::now();
    const ssize_t bytes = read(inotify_.get(), events, sizeof events);
    for (ssize_t offset = 0; offset < bytes;) {
      inotify_event event{};
      std::memcpy(&event, events + offset, sizeof event);
      const std::string_view changed = event.len > 0 ? events + offset + sizeof event : "";
      offset += static_cast<ssize_t>(sizeof event + event.len);
      const bool wanted = name_.empty() ? !changed.starts_with('.') : changed == name_;
      const std::lock_guard lock(mutex_);
      if (wanted) times_.push_back(now);
    }
  }
}

}  // namespace picket::test
