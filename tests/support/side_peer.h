// A process beside the agent, in a test's hands: where the agent connects to it, and its end of
// the socket.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/frame.h"
#include "common/unique_fd.h"
#include "tests/support/catch.h"

namespace picket::test {

inline UniqueFd listen_at(const std::string& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(socket.get(), 4) == 0);
  return socket;
}

/// `Request` is what the agent sends.
template <typename Request>
class SidePeer {
 public:
  explicit SidePeer(UniqueFd socket) : socket_(std::move(socket)) {
    const timeval patience{5, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  Request next() {
    while (messages_.empty()) {
      char bytes[256];
      const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
      REQUIRE(got > 0);
      REQUIRE(frames_.feed({bytes, static_cast<std::size_t>(got)}, [&](std::string_view payload) {
        return messages_.emplace_back().ParseFromString(std::string(payload));
      }));
    }
    auto message = messages_.front();
    messages_.erase(messages_.begin());
    return message;
  }
  void send(const std::string& bytes) const {
    REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void close() { socket_.reset(); }

 private:
  UniqueFd socket_;
  FrameReader frames_{4096};
  std::vector<Request> messages_;
};

}  // namespace picket::test
