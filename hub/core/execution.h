// One run of a command on one node, as the hub knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "common/deadlines.h"
#include "common/limits.h"
#include "hub/core/output_ring.h"
#include "picket/v1/client_link.pb.h"

namespace picket::hub {

class ExecutionReader;

struct Execution {
  v1::Execution told;  // as clients see it
  OutputRing output{limits::kOutputTailBytesMax};
  std::string cancelled_by;     // "uid 1000"
  uint64_t cancelled_link = 0;  // the last that was asked to cancel it
  bool audited = false;         // its end is in the audit log
  bool in_doubt = false;        // an earlier hub's: what the log says of its end is being read
  // Of the link that it was last heard of on, or sent to.
  uint64_t link = 0;
  // Its output up to there has come, or is missed.
  uint64_t received_bytes = 0;
  uint64_t granted_bytes = 0;  // up to there it may come
  std::optional<Deadlines::Id> start_deadline;
  std::set<ExecutionReader*> readers;
  // Who has started it reads; its output waits for this one. Null: has gone, or never was.
  ExecutionReader* starter = nullptr;

  bool has_ended() const { return told.state() == v1::Execution::STATE_ENDED; }
};

}  // namespace picket::hub
