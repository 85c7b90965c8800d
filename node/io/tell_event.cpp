#include "node/io/tell_event.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "common/decode.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/unique_fd.h"

namespace picket::node {
namespace {

constexpr auto kPatience = limits::kEventSocketTimeout + std::chrono::seconds(1);

Result<UniqueFd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() > limits::kSocketPathBytesMax)
    return Error{"the socket's path is too long: " + path};
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  const bool is_down = errno == ENOENT || errno == ECONNREFUSED;
  return Error{is_down ? "no picket-node takes events at " + path +
                             ": it does not run, or [events] is switched off in its node.toml"
                       : "can't connect to " + path + ": " + std::strerror(errno)};
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<v1::EventReply> read_reply(int socket) {
  std::optional<v1::EventReply> reply;
  FrameReader reader(limits::kLocalMessageBytesMax);
  char buffer[4096];
  while (!reply) {
    const ssize_t got = ::read(socket, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    const bool is_good = reader.feed(
        std::string_view(buffer, static_cast<std::size_t>(got)), [&](std::string_view payload) {
          v1::EventReply said;
          if (!payload.empty() && decode(payload, shapes::kEventReply, said)) reply = said;
          return !reply;
        });
    if (!is_good) return std::nullopt;
  }
  return reply;
}

}  // namespace

Status tell_event(const std::string& socket_path, const v1::EventRequest& request) {
  const auto socket = connect_to(socket_path);
  if (!socket) return Error{socket.error()};
  if (request.ByteSizeLong() > limits::kLocalMessageBytesMax)
    return Error{"refused: its texts have more than 64 KiB in all"};
  // Who turns a program away answers before it has read anything.
  static_cast<void>(send_all(socket->get(), encode_frame(request)));
  const auto reply = read_reply(socket->get());
  if (!reply) return Error{"no answer: the agent stopped, or is too slow; the event may be lost"};
  if (reply->accepted()) return {};
  return Error{"refused: " + reply->refused()};
}

}  // namespace picket::node
