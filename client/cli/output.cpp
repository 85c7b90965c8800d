#include "client/cli/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace picket::cli {

void Output::write(std::string_view text) {
  while (!text.empty() && error_ == 0) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      if (!wait_writable()) error_ = EPIPE;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
}

std::string Output::trouble() const {
  if (error_ == 0 || error_ == EPIPE) return {};
  return std::string("can't write the output: ") + std::strerror(error_);
}

// A terminal that another program has made non-blocking.
bool Output::wait_writable() const {
  pollfd waiting{descriptor_, POLLOUT, 0};
  return poll(&waiting, 1, -1) > 0 || errno == EINTR;
}

}  // namespace picket::cli
