#include "node/wireguard/uapi.h"

#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/clock.h"
#include "common/limits.h"
#include "common/secret.h"
#include "common/unique_fd.h"
#include "node/collectors/small_file.h"
#include "node/wireguard/uapi_reply.h"

namespace picket::node {
namespace {

constexpr std::string_view kSuffix = ".sock";
constexpr std::string_view kRequest = "get=1\n\n";
constexpr std::size_t kReadBytes = 16 * 1024;

using Steady = std::chrono::steady_clock;

Error by_errno(int error) { return Error{std::generic_category().message(error)}; }

std::optional<std::string> interface_of(const std::filesystem::path& path) {
  const std::string name = path.filename();
  if (name.size() <= kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  std::string interface = name.substr(0, name.size() - kSuffix.size());
  if (interface.size() >= IF_NAMESIZE) return std::nullopt;
  return interface;
}

// The rest of `until` in which the socket gets `events`; false: it has passed.
bool wait_for(int socket, short events, Steady::time_point until) {
  const auto left = std::chrono::ceil<Milliseconds>(until - Steady::now());
  pollfd wanted{socket, events, 0};
  if (left <= Milliseconds(0)) return false;
  const int ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
  return ready > 0 || (ready < 0 && errno == EINTR);
}

Status read_reply(int socket, UapiReply& reply, Steady::time_point until) {
  Secret buffer(kReadBytes);  // private keys pass through it
  while (!reply.complete()) {
    if (!wait_for(socket, POLLIN, until)) return Error{"it does not answer"};
    const ssize_t got = ::recv(socket, buffer.data().data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return by_errno(errno);
    if (got == 0) return Error{"it ended the connection"};
    const auto size = static_cast<std::size_t>(got);
    const Status fed = reply.feed(buffer.reveal().substr(0, size));
    wipe(buffer.data().data(), size);
    if (!fed) return Error{fed.error()};
  }
  return {};
}

// Its errno; EAGAIN: too many wait for it already.
int connect_to(int socket, const std::filesystem::path& path) {
  const std::string& text = path.native();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (text.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, text.data(), text.size());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(socket, generic, sizeof address) == 0 ? 0 : errno;
}

}  // namespace

Result<std::vector<UapiSocket>> uapi_sockets(const std::filesystem::path& root) {
  std::vector<UapiSocket> sockets;
  std::error_code error;
  std::filesystem::directory_iterator entry(below(root, kUapiFolder), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_socket(gone) || sockets.size() == limits::kWireguardInterfacesMax) continue;
    if (auto interface = interface_of(entry->path()))
      sockets.push_back({*std::move(interface), entry->path()});
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return Error{"can't list " + std::string(kUapiFolder) + ": " + error.message()};
  std::ranges::sort(sockets, {}, &UapiSocket::interface);
  return sockets;
}

Result<std::optional<WireguardInterfaceFact>> ask_uapi(const UapiSocket& socket) {
  const auto until = Steady::now() + limits::kWireguardReplyTimeout;
  const UniqueFd connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int error = connection ? connect_to(connection.get(), socket.path) : errno;
  // As wg(8) sees it: nobody listens any more.
  if (error == ECONNREFUSED || error == ENOENT) return std::optional<WireguardInterfaceFact>();
  if (error != 0) return by_errno(error);
  if (::send(connection.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size()))
    return by_errno(errno);
  UapiReply reply(socket.interface);
  const Status read = read_reply(connection.get(), reply, until);
  if (!read) return Error{read.error()};
  return std::optional(reply.take());
}

}  // namespace picket::node
