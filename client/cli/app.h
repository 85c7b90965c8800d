// The terminal client from its command line to its exit code; main.cpp only calls it.
#pragma once

#include <string>
#include <vector>

#include "client/cli/command.h"
#include "common/clock.h"

namespace picket::cli {

/// What the process is given from outside. Null: not set.
struct Environment {
  const char* picket_socket = nullptr;
  const char* xdg_runtime_dir = nullptr;
  const char* no_color = nullptr;
  int out = 1;  // file descriptors
  int err = 2;
};

/// `arguments` are without the program's name. Runs until the verb is done.
ExitCode run(const std::vector<std::string>& arguments, const Environment& environment,
             const Clock& clock);

}  // namespace picket::cli
