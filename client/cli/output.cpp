#include "client/cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace picket::cli {
namespace {

// A pipe or terminal opened once more: made non-blocking itself, it would be that for all who have
// it open, the shell too. Nothing: it can't be had so, or never waits.
UniqueFd opened_again(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return {};
  if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

void Output::write(std::string_view text) {
  if (waits_) return write_waiting(text);
  if (error_ != 0) return;
  kept_ += text;
  write_more();
}

void Output::write_waiting(std::string_view text) {
  while (!text.empty() && error_ == 0) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // a terminal that another program has made non-blocking
      if (!is_writable(-1) && errno != EINTR) error_ = EPIPE;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
}

void Output::keep_what_waits() {
  waits_ = false;
  unshared_ = opened_again(descriptor_);
}

void Output::wait_again() {
  waits_ = true;
  unshared_.reset();
  write_waiting(std::exchange(kept_, {}));
}

void Output::write_more() {
  std::string_view rest = kept_;
  while (!rest.empty() && write_some(rest)) {
  }
  kept_.erase(0, error_ == 0 ? kept_.size() - rest.size() : kept_.size());
}

// Where it could wait, no more than surely goes once there is room at all. False: no more now.
bool Output::write_some(std::string_view& text) {
  if (!unshared_ && !is_writable(0)) return false;
  const std::size_t most = unshared_ ? text.size() : std::min<std::size_t>(text.size(), PIPE_BUF);
  const ssize_t written = ::write(unshared_ ? unshared_.get() : descriptor_, text.data(), most);
  if (written >= 0) {
    text.remove_prefix(static_cast<std::size_t>(written));
  } else if (errno != EAGAIN && errno != EINTR) {
    error_ = errno;
  }
  return written >= 0;
}

std::string Output::trouble() const {
  if (error_ == 0 || error_ == EPIPE) return {};
  return std::string("can't write the output: ") + std::strerror(error_);
}

bool Output::is_writable(int timeout_ms) const {
  pollfd waiting{descriptor_, POLLOUT, 0};
  return poll(&waiting, 1, timeout_ms) > 0;
}

}  // namespace picket::cli
