#include "node/collectors/leaders.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <utility>

namespace picket::node {
namespace {

bool readable_now(int fd) {
  pollfd question{fd, POLLIN, 0};
  return poll(&question, 1, 0) == 1;
}

bool exists(pid_t pid) { return kill(pid, 0) == 0 || errno != ESRCH; }

}  // namespace

Leaders::Leaders(asio::io_context& loop, std::function<void()> ended)
    : loop_(loop), ended_(std::move(ended)) {}

bool Leaders::alive(pid_t pid) {
  if (pid <= 0) return false;
  asked_.insert(pid);
  const auto found = watched_.find(pid);
  if (found == watched_.end())
    return watched_.size() < kLeaderDescriptorsMax ? watch(pid) : exists(pid);
  if (!found->second.ended) return true;
  // The number may have been given to another process since.
  watched_.erase(found);
  return watch(pid);
}

bool Leaders::watch(pid_t pid) {
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) return errno == ESRCH ? false : exists(pid);  // an old kernel, or no descriptors left
  if (readable_now(fd.get())) return false;              // a zombie
  Watched& watched = watched_[pid];
  watched.fd = std::move(fd);
  watched.wait = std::make_unique<ReadableFd>(loop_, watched.fd.get(), [this, pid] {
    const auto found = watched_.find(pid);
    found->second.ended = true;
    found->second.wait.reset();  // it would be readable for ever
    ended_();
  });
  return true;
}

void Leaders::forget_unasked() {
  std::erase_if(watched_, [&](const auto& entry) { return !asked_.contains(entry.first); });
  asked_.clear();
}

}  // namespace picket::node
