// A process beside the agent, forked from it: it has powers that the agent must not have, and a
// socket to it. It ends when the agent does.
#pragma once

#include <sys/types.h>

#include <functional>

#include "common/result.h"
#include "common/unique_fd.h"

namespace picket::node {

/// What such a process does with its end of the socket; then it ends with this status.
using SideBody = std::function<int(UniqueFd socket)>;

/// Forks one with this end of a socket; everything else that is open but standard error is closed
/// in it, and it is killed when its parent ends. `name` has 15 bytes at most.
Result<pid_t> fork_side(const char* name, int socket, const SideBody& body);

class SideProcess {
 public:
  using Body = SideBody;

  /// Forks: to be called before there are threads, secrets, and connections, which the copy would
  /// have too.
  static Result<SideProcess> start(const char* name, const Body& body);
  SideProcess(SideProcess&& other) noexcept;
  SideProcess& operator=(SideProcess&&) = delete;
  /// end()
  ~SideProcess();

  /// The agent's end of the socket, once.
  UniqueFd take_socket() { return std::move(socket_); }
  pid_t pid() const { return pid_; }
  /// Kills it if it hasn't ended.
  void end();

 private:
  SideProcess(UniqueFd socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}

  UniqueFd socket_;
  pid_t pid_ = -1;
};

}  // namespace picket::node
