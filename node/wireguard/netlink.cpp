#include "node/wireguard/netlink.h"

#include <libmnl/libmnl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include "common/clock.h"
#include "common/limits.h"

namespace picket::node {
namespace {

constexpr std::size_t kRequestBytes = 1024;
constexpr std::size_t kDatagramBytes = 64 * 1024;  // the kernel fills 32 KiB at most
constexpr int kAttemptsMax = 4;                    // for what changes while it is read

}  // namespace

NetlinkSocket::NetlinkSocket(int protocol)
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)), buffer_(kDatagramBytes) {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  const auto seconds = std::chrono::duration_cast<Seconds>(limits::kWireguardReplyTimeout);
  const timeval timeout{seconds.count(), 0};
  if (!socket_ ||
      ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0) {
    error_ = errno;
  }
}

int NetlinkSocket::ask(const std::function<void(nlmsghdr* request)>& request,
                       const NetlinkAnswer::OnMessage& on_message) {
  if (error_ != 0) return error_;
  int error = EAGAIN;
  for (int i = 0; i < kAttemptsMax && error == EAGAIN; ++i) {
    NetlinkAnswer answer(++sequence_, on_message);
    error = attempt(request, answer);
  }
  return error;
}

int NetlinkSocket::attempt(const std::function<void(nlmsghdr* request)>& request,
                           NetlinkAnswer& answer) {
  alignas(nlmsghdr) char bytes[kRequestBytes] = {};
  nlmsghdr* message = mnl_nlmsg_put_header(bytes);
  message->nlmsg_seq = sequence_;
  request(message);
  if (::send(socket_.get(), bytes, message->nlmsg_len, 0) < 0) return errno;
  return receive(answer);
}

// EAGAIN: the answer isn't of one moment.
int NetlinkSocket::receive(NetlinkAnswer& answer) {
  while (true) {
    const ssize_t got = ::recv(socket_.get(), buffer_.data().data(), buffer_.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
    const auto size = static_cast<std::size_t>(got);
    if (size > buffer_.size()) {
      wipe(buffer_.data().data(), buffer_.size());
      return EMSGSIZE;
    }
    const auto state = answer.take({buffer_.reveal().data(), size});
    wipe(buffer_.data().data(), size);
    if (state == NetlinkAnswer::State::kDone) return 0;
    if (state == NetlinkAnswer::State::kInterrupted) return EAGAIN;
    if (state == NetlinkAnswer::State::kFailed) return answer.error();
  }
}

}  // namespace picket::node
