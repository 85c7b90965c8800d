// A process beside the agent that forks others when the agent asks, one after the other: for one
// that may end, or that nobody wants yet, since the agent itself can't fork it any more once it has
// given up being root, and has keys. It has no other input, and sleeps.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "node/processes/side_process.h"

namespace picket::node {

class SideStarter {
 public:
  /// `name` is its own, `started` of those that it starts, which do `body`. See
  /// SideProcess::start() for when.
  static Result<SideStarter> start(const char* name, const char* started, const SideBody& body);

  /// The agent's end of a socket to a new process, which begins when the one before has ended.
  Result<UniqueFd> connect() const;
  pid_t pid() const { return process_.pid(); }

 private:
  SideStarter(SideProcess process, UniqueFd socket)
      : process_(std::move(process)), socket_(std::move(socket)) {}

  SideProcess process_;
  UniqueFd socket_;
};

}  // namespace picket::node
