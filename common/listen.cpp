// Opens the sockets of common/accept.h.
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "common/accept.h"
#include "common/give_to_group.h"
#include "common/limits.h"

namespace picket {
namespace {

constexpr std::string_view kAnyV6 = "::";
constexpr std::string_view kAnyV4 = "0.0.0.0";
constexpr int kTypeFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

struct AddressesDeleter {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

Error failure(const std::string& what, int error) {
  return Error{what + ": " + std::generic_category().message(error)};
}

// An IP address, a zone perhaps; names are not resolved: which of its addresses would be meant?
Addresses parse_numeric(const HostPort& address) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found) != 0) return nullptr;
  return Addresses(found);
}

Result<Listener> listen_one(const HostPort& address, bool v6_only) {
  const std::string what = "can't listen on " + to_string(address);
  const Addresses parsed = parse_numeric(address);
  if (!parsed) return Error{what + ": not an IP address"};
  UniqueFd socket(::socket(parsed->ai_family, kTypeFlags, 0));
  if (!socket) return failure(what, errno);
  const int on = 1;
  const int only = v6_only ? 1 : 0;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (parsed->ai_family == AF_INET6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  if (::bind(socket.get(), parsed->ai_addr, parsed->ai_addrlen) != 0 ||
      ::listen(socket.get(), limits::kListenBacklog) != 0) {
    return failure(what, errno);
  }
  sockaddr_storage actual{};
  socklen_t length = sizeof actual;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&actual), &length);
  return Listener(std::move(socket), to_string(endpoint_of(reinterpret_cast<sockaddr&>(actual))));
}

bool has_ipv6() { return static_cast<bool>(UniqueFd(::socket(AF_INET6, kTypeFlags, 0))); }

bool lists(std::span<const HostPort> addresses, std::string_view host, uint16_t port) {
  return std::any_of(addresses.begin(), addresses.end(), [&](const HostPort& address) {
    return address.host == host && address.port == port;
  });
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Removes what a daemon left that was killed; whatever else lies at `path` is kept, and an error.
Status make_room(const std::string& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? Status() : failure("can't look at " + path, errno);
  }
  if (!S_ISSOCK(found.st_mode)) return Error{path + " exists and is not a socket"};
  const UniqueFd probe(::socket(AF_UNIX, kTypeFlags, 0));
  const sockaddr_un address = unix_address(path);
  const int connected =
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (connected == 0 || errno == EAGAIN) {
    return Error{"another daemon is running: it answers at " + path};
  }
  if (errno != ECONNREFUSED) return failure("can't tell who listens at " + path, errno);
  if (::unlink(path.c_str()) != 0) return failure("can't remove the stale socket " + path, errno);
  return {};
}

Status bind_unix(int socket, const std::string& path, const UnixListenOptions& options) {
  // Until its group is set, it is nobody else's; the mode of the socket is that of the file to
  // come.
  if (::fchmod(socket, 0600) != 0) return failure("can't set the mode of " + path, errno);
  const sockaddr_un address = unix_address(path);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket, limits::kListenBacklog) != 0) {
    return failure("can't listen on " + path, errno);
  }
  if (options.group) {
    if (auto given = give_to_group(path, *options.group); !given) return given;
  }
  if (::chmod(path.c_str(), options.mode) != 0) {
    return failure("can't set the mode of " + path, errno);
  }
  return {};
}

}  // namespace

Listener::Listener(UniqueFd socket, std::string address)
    : socket_(std::move(socket)), address_(std::move(address)) {}

Listener Listener::unix_socket(UniqueFd socket, std::string path) {
  Listener listener(std::move(socket), std::move(path));
  struct stat file{};
  if (::lstat(listener.address_.c_str(), &file) == 0) {
    listener.device_ = file.st_dev;
    listener.inode_ = file.st_ino;
  }
  listener.is_unix_ = true;
  return listener;
}

Listener::~Listener() {
  if (!socket_ || !is_unix_) return;
  struct stat file{};
  const bool ours =
      ::lstat(address_.c_str(), &file) == 0 && file.st_dev == device_ && file.st_ino == inode_;
  if (ours) ::unlink(address_.c_str());
}

Result<std::vector<Listener>> listen_tcp(std::span<const HostPort> addresses) {
  std::vector<Listener> listeners;
  for (HostPort address : addresses) {
    if (address.host == "*") address.host = has_ipv6() ? kAnyV6 : kAnyV4;
    const bool v6_only =
        address.host == kAnyV6 && address.port != 0 && lists(addresses, kAnyV4, address.port);
    auto listener = listen_one(address, v6_only);
    if (!listener) return Error{listener.error()};
    listeners.push_back(*std::move(listener));
  }
  return listeners;
}

Result<Listener> listen_unix(const std::string& path, const UnixListenOptions& options) {
  if (path.empty() || path.size() > limits::kSocketPathBytesMax) {
    return Error{"the socket's path is " + std::to_string(path.size()) + " bytes long, 1 to " +
                 std::to_string(limits::kSocketPathBytesMax) + " are possible: " + path};
  }
  // Two daemons that start at once must not both find the socket stale.
  const std::string folder = folder_of(path);
  const UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return failure("can't open the folder " + folder, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{"another daemon is just starting at " + path};
  }
  const Status room = make_room(path);
  if (!room) return Error{room.error()};
  UniqueFd socket(::socket(AF_UNIX, kTypeFlags, 0));
  if (!socket) return failure("can't make a socket", errno);
  const Status bound = bind_unix(socket.get(), path, options);
  if (!bound) return Error{bound.error()};
  return Listener::unix_socket(std::move(socket), path);
}

}  // namespace picket
