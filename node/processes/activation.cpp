#include "node/processes/activation.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace picket::node {

Result<UniqueFd> socket_of_service_manager(const std::string& unit) {
  const int count = sd_listen_fds(1);
  if (count == 1 && sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, nullptr, 0) > 0)
    return UniqueFd(SD_LISTEN_FDS_START);
  return Error{"this is started by systemd, which hands over a socket (" + unit +
               "); picket-node itself, started as root, brings its own"};
}

std::string path_of_socket(int socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      size <= offsetof(sockaddr_un, sun_path))
    return {};
  const std::size_t bytes = size - offsetof(sockaddr_un, sun_path);
  return {address.sun_path, ::strnlen(address.sun_path, bytes)};
}

bool may_connect(const UnixPeer& peer, const std::string& socket_path) {
  if (peer.uid == 0) return true;
  struct stat file{};
  if (socket_path.empty() || ::lstat(socket_path.c_str(), &file) != 0) return false;
  if (peer.gid == file.st_gid) return true;
  return std::find(peer.groups.begin(), peer.groups.end(), file.st_gid) != peer.groups.end();
}

}  // namespace picket::node
