#include "client/lib/hub_socket.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "common/limits.h"

namespace picket::client {
namespace {

constexpr const char* kSystemSocket = "/run/picket/hub.sock";

bool exists(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 || errno == EACCES;  // hidden is there as well
}

// The group that may connect, as the socket or, if it is hidden, its folder says.
std::string group_of(const std::string& path) {
  struct stat status{};
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (stat(path.c_str(), &status) != 0 && stat(folder.c_str(), &status) != 0) return {};
  const group* entry = getgrgid(status.st_gid);  // NOLINT(concurrency-mt-unsafe): one thread
  return entry == nullptr ? std::to_string(status.st_gid) : entry->gr_name;
}

Failure failure_for(const std::string& path, int reason) {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return {Failure::Kind::kUnreachable,
              "there is no socket " + path +
                  ": is picket-hub running? (--socket or PICKET_SOCKET "
                  "says where else to look)"};
    case ECONNREFUSED:
      return {Failure::Kind::kUnreachable,
              "nobody answers at " + path + ": is picket-hub running?"};
    case EACCES:
    case EPERM: {
      const std::string group = group_of(path);
      return {Failure::Kind::kNotPermitted, "no permission for " + path + ": join the group " +
                                                (group.empty() ? "of it" : group) +
                                                " and log in anew, or use sudo"};
    }
    default: return {Failure::Kind::kUnreachable, path + ": " + std::strerror(reason)};
  }
}

}  // namespace

std::string default_socket_path(const char* picket_socket, const char* xdg_runtime_dir) {
  if (picket_socket != nullptr && *picket_socket != '\0') return picket_socket;
  if (xdg_runtime_dir == nullptr || *xdg_runtime_dir == '\0' || exists(kSystemSocket)) {
    return kSystemSocket;
  }
  const std::string own = std::string(xdg_runtime_dir) + "/picket/hub.sock";
  return exists(own) ? own : kSystemSocket;
}

HubSocket connect_to_hub(const std::string& path) {
  if (path.size() > limits::kSocketPathBytesMax) {
    return {{},
            Failure{Failure::Kind::kUnreachable, "the path of the socket is longer than " +
                                                     std::to_string(limits::kSocketPathBytesMax) +
                                                     " bytes: " + path}};
  }
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return {{}, failure_for(path, errno)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {{}, failure_for(path, errno)};
  }
  return {std::move(socket), std::nullopt};
}

}  // namespace picket::client
