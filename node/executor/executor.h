// What runs allowlisted commands: takes an agent's requests, believes none of them, and tells what
// becomes of each. Without a socket of its own: see serve.h.
#pragma once

#include <list>
#include <string>

#include "common/clock.h"
#include "node/executor/allowlist_file.h"
#include "node/executor/execution.h"
#include "node/executor/ledger.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {

class Executor {
 public:
  Executor(std::string allowlist_path, std::string instance_id, const Clock& clock);

  /// An agent is there from now on, until leave(); one at a time.
  void join(Outlet& agent);
  void leave();
  /// False: this is nothing that an agent says.
  [[nodiscard]] bool take(const v1::AgentToExecutor& message);

  void want(PollSet& polls) const;
  std::optional<Milliseconds> timeout() const;
  void turn(const PollSet& polls);

  /// Ends all that runs, and lets nothing more be run.
  void stop();
  /// How many have processes.
  std::size_t running() const;
  /// Nothing runs, and no end waits to be told.
  bool is_idle() const { return executions_.empty(); }

 private:
  struct Refusal {
    v1::CommandRefusal kind;
    std::string reason;
  };
  Execution* find(const std::string& id);
  void run(const v1::RunCommand& request);
  std::optional<Refusal> try_run(const v1::RunCommand& request);
  std::optional<Refusal> check_id(const v1::RunCommand& request);
  std::optional<Refusal> check_room(const Command& command) const;
  std::optional<Refusal> start(const v1::RunCommand& request, const Command& command,
                               const ParameterValues& values);
  void refresh();
  void tell_commands();

  const Clock& clock_;
  std::string instance_id_;
  AllowlistFile allowlist_;
  Ledger ledger_;
  std::list<Execution> executions_;
  Outlet* agent_ = nullptr;
  bool stopping_ = false;
};

}  // namespace picket::node
