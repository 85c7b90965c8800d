#include "node/collectors/side_link.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/limits.h"

namespace picket::node {

SideLink::SideLink(asio::io_context& loop, UniqueFd socket, OnFrame on_frame,
                   std::function<void()> on_lost)
    : socket_(std::move(socket)),
      on_frame_(std::move(on_frame)),
      on_lost_(std::move(on_lost)),
      frames_(limits::kFrameBytesMax),
      readable_(std::make_unique<ReadableFd>(loop, socket_.get(), [this] { on_readable(); })) {}

void SideLink::send(const google::protobuf::MessageLite& message) {
  const std::string frame = encode_frame(message);
  const ssize_t sent =
      ::send(socket_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  // The other end, or the reader here, then finds the stream at its end.
  if (sent != static_cast<ssize_t>(frame.size())) ::shutdown(socket_.get(), SHUT_RDWR);
}

void SideLink::on_readable() {
  char bytes[16 * 1024];
  const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return lose();
  bool fits = true;
  const auto alive = std::weak_ptr(alive_);
  const bool framed =
      frames_.feed({bytes, static_cast<std::size_t>(got)}, [&](std::string_view payload) {
        fits = on_frame_(payload);
        return fits && !alive.expired();
      });
  if (!alive.expired() && !(framed && fits)) lose();
}

void SideLink::lose() {
  readable_.reset();
  const auto tell = std::exchange(on_lost_, nullptr);
  if (tell) tell();
}

Result<UniqueFd> connect_side(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{"the path is too long"};
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!socket || ::connect(socket.get(), generic, sizeof address) != 0)
    return Error{std::generic_category().message(errno)};
  return socket;
}

}  // namespace picket::node
