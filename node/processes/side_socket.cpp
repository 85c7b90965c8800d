#include "node/processes/side_socket.h"

#include <google/protobuf/message_lite.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <string>

#include "common/limits.h"

namespace picket::node {

SideSocket::SideSocket(int socket, std::size_t request_bytes_max)
    : socket_(socket), frames_(request_bytes_max) {
  const timeval patience{std::chrono::seconds(limits::kSideWriteTimeout).count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

bool SideSocket::wait(std::optional<Milliseconds> timeout) const {
  pollfd wanted{socket_, POLLIN, 0};
  const auto timeout_ms =
      timeout ? std::clamp<Milliseconds::rep>(timeout->count(), 0, INT_MAX) : -1;
  return ::poll(&wanted, 1, static_cast<int>(timeout_ms)) >= 0 || errno == EINTR;
}

bool SideSocket::read(const std::function<bool(std::string_view payload)>& take) {
  char bytes[1024];
  const ssize_t got = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  bool fits = true;
  const bool framed = frames_.feed({bytes, static_cast<std::size_t>(got)},
                                   [&](std::string_view payload) { return fits = take(payload); });
  return framed && fits;
}

bool SideSocket::send(const google::protobuf::MessageLite& message) const {
  const std::string frame = encode_frame(message);
  for (std::string_view rest = frame; !rest.empty();) {
    const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace picket::node
