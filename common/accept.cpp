#include "common/accept.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "common/limits.h"

namespace picket {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr std::size_t kGroupsMax = 65536;  // NGROUPS_MAX of Linux

UniqueFd make_reserve() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool means_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

class Acceptor {
 public:
  Acceptor(const asio::any_io_executor& executor, Listener listener, OnAccepted on_accepted,
           OnAcceptTrouble on_trouble)
      : listener_(std::move(listener)),
        on_accepted_(std::move(on_accepted)),
        on_trouble_(std::move(on_trouble)),
        descriptor_(executor, listener_.socket()),
        reserve_(make_reserve()) {}
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  ~Acceptor() { descriptor_.release(); }  // the listener closes it

  asio::posix::stream_descriptor& descriptor() { return descriptor_; }

  // False: out of descriptors or memory, wait a while.
  bool accept_some() {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
      sockaddr_storage address{};
      UniqueFd socket = accept_one(address);
      if (socket) {
        exhausted_ends();
        hand_over(std::move(socket), address);
      } else if (means_exhausted(errno)) {
        turn_away(errno);
        return false;
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return true;
      }
      // Everything else is the trouble of a connection that is gone already.
    }
    return true;
  }

 private:
  UniqueFd accept_one(sockaddr_storage& address) const {
    socklen_t length = sizeof address;
    return UniqueFd(::accept4(listener_.socket(), reinterpret_cast<sockaddr*>(&address), &length,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
  }

  void hand_over(UniqueFd socket, const sockaddr_storage& address) {
    Accepted accepted;
    if (listener_.is_unix()) {
      auto peer = unix_peer_of(socket.get());
      if (!peer) return;
      accepted.peer = *std::move(peer);
    } else {
      accepted.remote = endpoint_of(reinterpret_cast<const sockaddr&>(address));
    }
    accepted.socket = std::move(socket);
    try {
      on_accepted_(std::move(accepted));
    } catch (const std::exception& exception) {
      tell(std::string("a new connection was dropped: ") + exception.what());
    }
  }

  // Without this the first in the queue would wait without a word, and so would all behind it.
  void turn_away(int error) {
    if (!std::exchange(exhausted_, true)) {
      tell("can't accept on " + listener_.address() + ": " +
           std::generic_category().message(error) + "; connections are turned away until some end");
    }
    reserve_.reset();
    sockaddr_storage address{};
    accept_one(address).reset();
    reserve_ = make_reserve();
  }

  void exhausted_ends() {
    if (std::exchange(exhausted_, false)) tell("accepting on " + listener_.address() + " again");
  }

  void tell(const std::string& text) const {
    if (on_trouble_) on_trouble_(text);
  }

  Listener listener_;
  OnAccepted on_accepted_;
  OnAcceptTrouble on_trouble_;
  asio::posix::stream_descriptor descriptor_;
  UniqueFd reserve_;
  bool exhausted_ = false;
};

asio::awaitable<void> accept_loop(std::shared_ptr<Acceptor> acceptor) {
  asio::steady_timer pause(acceptor->descriptor().get_executor());
  while (true) {
    if (acceptor->accept_some()) {
      const auto readable = asio::posix::descriptor_base::wait_read;
      co_await acceptor->descriptor().async_wait(readable, asio::use_awaitable);
    } else {
      pause.expires_after(limits::kAcceptPause);
      co_await pause.async_wait(asio::use_awaitable);
    }
  }
}

}  // namespace

void accept_on(TaskGroup& tasks, Listener listener, OnAccepted on_accepted,
               OnAcceptTrouble on_trouble) {
  const std::string name = "accept on " + listener.address();
  auto acceptor = std::make_shared<Acceptor>(tasks.executor(), std::move(listener),
                                             std::move(on_accepted), std::move(on_trouble));
  tasks.spawn(name, accept_loop(std::move(acceptor)));
}

Result<UnixPeer> unix_peer_of(int socket) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
    return Error{"the peer's credentials: " + std::generic_category().message(errno)};
  }
  UnixPeer peer{credentials.uid, credentials.gid, credentials.pid, std::vector<gid_t>(32)};
  const auto bytes = [&] { return static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t)); };
  length = bytes();
  int result = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &length);
  if (result != 0 && errno == ERANGE && length <= kGroupsMax * sizeof(gid_t)) {
    peer.groups.resize(length / sizeof(gid_t));
    result = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &length);
  }
  if (result != 0) return Error{"the peer's groups: " + std::generic_category().message(errno)};
  peer.groups.resize(length / sizeof(gid_t));
  return peer;
}

}  // namespace picket
