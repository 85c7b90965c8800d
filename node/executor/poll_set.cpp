#include "node/executor/poll_set.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>

namespace picket::node {

bool PollSet::wait(std::optional<Milliseconds> timeout) {
  int timeout_ms = -1;
  if (timeout) timeout_ms = static_cast<int>(std::clamp<int64_t>(timeout->count(), 0, INT_MAX));
  ready_.clear();
  const int count = ::poll(wanted_.data(), wanted_.size(), timeout_ms);
  if (count < 0) return errno == EINTR;
  for (const pollfd& one : wanted_) {
    const auto at = static_cast<std::size_t>(one.fd);
    if (ready_.size() <= at) ready_.resize(at + 1);
    ready_[at] = one.revents;
  }
  return true;
}

short PollSet::ready(int descriptor) const {
  const auto at = static_cast<std::size_t>(descriptor);
  return descriptor >= 0 && at < ready_.size() ? ready_[at] : short{0};
}

}  // namespace picket::node
