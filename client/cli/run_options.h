// What `picket run` was asked for, from its command line. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/result.h"
#include "picket/v1/client_link.pb.h"

namespace picket::cli {

struct RunOptions {
  std::string selector;
  std::string label;
  std::vector<std::string> arguments;  // NAME=VALUE
  std::string timeout;                 // a duration; empty: as the node's allowlist says
  std::string wait;
  std::size_t parallel = 20;
  std::size_t canary = 0;
  std::size_t batch = 0;
  std::size_t stop_after = 0;
  bool group = false;
  bool detach = false;
  bool raw = false;
};

/// The request for one node, but for that node. Error: what is wrong with the command line.
Result<v1::Run> run_of(const RunOptions& options);

}  // namespace picket::cli
