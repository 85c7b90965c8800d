// The process that runs commands, as the core sees it. Ids are of this node's: see ExecutionFeeds.
#pragma once

#include <cstdint>
#include <string>

#include "picket/v1/execution.pb.h"

namespace picket::node {

class CommandRunner {
 public:
  virtual ~CommandRunner() = default;
  virtual void run(v1::RunCommand command) = 0;
  virtual void cancel(const std::string& id) = 0;
  virtual void add_credit(const std::string& id, uint64_t bytes) = 0;
};

}  // namespace picket::node
