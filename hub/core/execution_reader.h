// A client that follows one execution: how far it has been told, frame by frame as its socket takes
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/core/client_link.h"
#include "hub/core/execution.h"

namespace picket::hub {

class Executions;

class ExecutionReader {
 public:
  /// Reads from the oldest byte that is kept, and says how many before it are not. `starter`: the
  /// output waits for this reader.
  ExecutionReader(Executions& executions, Execution& execution, Response response, bool starter);
  ~ExecutionReader();
  ExecutionReader(const ExecutionReader&) = delete;
  ExecutionReader& operator=(const ExecutionReader&) = delete;

  /// The next frame, if there is something to tell.
  Made next(std::vector<std::string>& frames);
  /// There may be something.
  void wake() const;
  /// The execution is forgotten: nothing follows.
  void forget() { execution_ = nullptr; }
  /// Up to where the output was handed over.
  uint64_t place() const { return place_; }

 private:
  void put(std::vector<std::string>& frames, v1::HubToClient message) const;

  Executions& executions_;
  Execution* execution_;
  Response response_;
  uint64_t place_ = 0;
  v1::Execution::State told_state_ = v1::Execution::STATE_UNSPECIFIED;
};

}  // namespace picket::hub
