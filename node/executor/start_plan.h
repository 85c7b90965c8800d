// All that a command's process is made of, as things are on this host when it starts; and the
// process itself looking that up and becoming it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/trusted_path.h"
#include "node/commands/command.h"

namespace picket::node {

/// What has been decided to run. `values` have passed check_parameters().
struct StartOrder {
  const Command& command;
  const ParameterValues& values;
  std::optional<Nanoseconds> start_by{};  // since the machine was started
};

/// Who the command will be.
struct CommandUser {
  std::string name;
  std::string home;
  uid_t uid = 0;
  gid_t gid = 0;
};

struct StartPlan {
  CommandUser user;
  TrustedFile program;     // what is executed: this file, whatever lies at its path by now
  bool is_script = false;  // begins with #!
  std::vector<std::string> argv;
};

/// Why a command was not started; as one byte before the sentence that says so.
enum class NotStarted : char { kBadParameter = 'P', kTooLate = 'L', kOther = 'S' };

inline constexpr char kTooLateToStart[] = "it was too late to start it: it was long on its way";

/// Said, as one byte, right before the program is executed: without it nothing of it has run.
inline constexpr char kExecuting = 'X';

struct NoPlan {
  NotStarted kind;
  std::string why;
};

/// Nothing: `why` says why not. Asks those who know users, and opens paths: it may wait for ever.
std::optional<StartPlan> make_plan(const StartOrder& order, NoPlan& why);

/// Where the new process's ends are. They are of its own from 3 up.
struct ChildEnds {
  int out = -1;
  int err = -1;
  int failure =
      -1;  // says kExecuting, and why the program could not be started; closed when it was
};

/// Called in a new process that has no threads: never returns. `parent`: who started it.
[[noreturn]] void become_command(const StartOrder& order, const ChildEnds& ends, pid_t parent);

}  // namespace picket::node
