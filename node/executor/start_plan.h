// All that a command's process is made of, once it has been decided that it may run; and the
// process itself becoming that.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "common/trusted_path.h"
#include "common/unique_fd.h"

namespace picket::node {

struct StartPlan {
  std::string program_path;
  TrustedFile program;     // what is executed: this file, whatever lies at its path by now
  bool is_script = false;  // begins with #!
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;  // beside what every command has
  std::string user;
  std::string cwd;
};

/// Where the new process's ends are. They are of its own from 3 up.
struct ChildEnds {
  int out = -1;
  int err = -1;
  int failure = -1;  // says in a sentence why the program could not be started; closed when it was
};

/// Called in a new process that has no threads: never returns. `parent`: who started it.
[[noreturn]] void become_command(const StartPlan& plan, const ChildEnds& ends, pid_t parent);

}  // namespace picket::node
