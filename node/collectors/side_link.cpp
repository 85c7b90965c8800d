#include "node/collectors/side_link.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/limits.h"

namespace picket::node {
namespace {

// The other end is a busy process on the same host.
constexpr auto kFlushRetry = std::chrono::milliseconds(2);

}  // namespace

SideLink::SideLink(asio::io_context& loop, UniqueFd socket, OnFrame on_frame,
                   std::function<void()> on_lost)
    : socket_(std::move(socket)),
      on_frame_(std::move(on_frame)),
      on_lost_(std::move(on_lost)),
      frames_(limits::kFrameBytesMax),
      again_(loop),
      readable_(std::make_unique<ReadableFd>(loop, socket_.get(), [this] { on_readable(); })) {}

void SideLink::send(const google::protobuf::MessageLite& message) {
  const bool is_waiting = !outbox_.empty();
  outbox_ += encode_frame(message);
  if (!is_waiting) flush();
}

// The other end, or the reader here, then finds the stream at its end.
void SideLink::flush() {
  const ssize_t sent =
      ::send(socket_.get(), outbox_.data(), outbox_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  const bool is_full = sent < 0 && (errno == EAGAIN || errno == EINTR);
  if (sent > 0) outbox_.erase(0, static_cast<std::size_t>(sent));
  if ((sent < 0 && !is_full) || outbox_.size() > limits::kOutboxBytesMax) {
    outbox_.clear();
    ::shutdown(socket_.get(), SHUT_RDWR);
  } else if (!outbox_.empty()) {
    again_.set(kFlushRetry, [this] { flush(); });
  }
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
