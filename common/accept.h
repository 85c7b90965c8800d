// Listeners: TCP on any number of addresses, and the Unix socket. They accept and hand over; what a
// connection says is read in the connection's own task.
#pragma once

#include <sys/types.h>

#include <asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "common/task_group.h"
#include "common/unique_fd.h"

namespace picket {

/// Who is at the other end of the Unix socket, as the kernel says.
struct UnixPeer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
  std::vector<gid_t> groups;  // supplementary
};

/// A new connection. Non-blocking, close-on-exec.
struct Accepted {
  UniqueFd socket;
  Endpoint remote;  // TCP only
  UnixPeer peer;    // Unix only
};

using OnAccepted = std::function<void(Accepted accepted)>;

/// A socket that listens; the file of a Unix socket is removed with it, unless another has taken
/// its place.
class Listener {
 public:
  Listener(UniqueFd socket, std::string address);
  /// A Unix socket bound to `path`.
  static Listener unix_socket(UniqueFd socket, std::string path);
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int socket() const { return socket_.get(); }
  bool is_unix() const { return is_unix_; }
  /// Where it listens: "0.0.0.0:9992" with the actual port, or the path.
  const std::string& address() const { return address_; }

 private:
  UniqueFd socket_;
  std::string address_;
  bool is_unix_ = false;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// One listener for each address. "[::]" takes IPv4 too unless a "0.0.0.0" with the same port is
/// listed as well. Hosts are IP addresses, with a zone perhaps, or "*" ("[::]", or "0.0.0.0" on a
/// host without IPv6). All or nothing.
Result<std::vector<Listener>> listen_tcp(std::span<const HostPort> addresses);

struct UnixListenOptions {
  mode_t mode = 0660;
  std::optional<gid_t> group;
};

/// Refuses the socket of a live daemon, replaces a stale one. Paths over
/// limits::kSocketPathBytesMax are an error.
Result<Listener> listen_unix(const std::string& path, const UnixListenOptions& options = {});

/// Told of trouble ("too many open files; accepting again in 100 ms") and of its end.
using OnAcceptTrouble = std::function<void(std::string_view text)>;

/// Accepts on one listener until cancelled, as a task of `tasks`. Out of descriptors it gives up
/// its reserve to turn the next connection away, pauses, and goes on later.
void accept_on(TaskGroup& tasks, Listener listener, OnAccepted on_accepted,
               OnAcceptTrouble on_trouble);

/// Uid, gid, pid and supplementary groups of a connected Unix socket's peer.
Result<UnixPeer> unix_peer_of(int socket);

}  // namespace picket
