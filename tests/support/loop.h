// Small things that tests of sockets and loops share.
#pragma once

#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <utility>

#include "common/unique_fd.h"

namespace picket::test {

/// Runs the loop until `done`, for 10 s at most. The result of `done` at the end.
inline bool run_until(asio::io_context& io, const std::function<bool()>& done) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done() && std::chrono::steady_clock::now() < give_up) {
    if (io.stopped()) io.restart();
    io.run_one_for(std::chrono::milliseconds(1));
  }
  return done();
}

/// Runs everything that is ready now.
inline void run_ready(asio::io_context& io) {
  if (io.stopped()) io.restart();
  while (io.poll() > 0) {
  }
}

/// Two connected Unix sockets. `buffer_bytes` (0: the system's) makes writes block early.
inline std::pair<UniqueFd, UniqueFd> socket_pair(int buffer_bytes = 0) {
  int fds[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) != 0) return {};
  if (buffer_bytes > 0) {
    for (const int fd : fds) {
      ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    }
  }
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

}  // namespace picket::test
