// Fetches what changes all the time (idle times) from several nodes at once, within a deadline.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/deadlines.h"
#include "hub/core/node_links.h"

namespace picket::hub {

class Refreshes {
 public:
  Refreshes(NodeLinks& links, const Clock& clock, Deadlines& deadlines)
      : links_(links), clock_(clock), deadlines_(deadlines) {}

  /// Asks each of `nodes` that is connected for all its resources; `done` is called once: when all
  /// have answered or gone, or after limits::kRefreshTimeout; at once if there is nobody to ask.
  void start(const std::vector<std::string>& nodes, std::function<void()> done);

 private:
  struct Round;
  NodeLinks& links_;
  const Clock& clock_;
  Deadlines& deadlines_;
  uint64_t last_id_ = 0;
};

}  // namespace picket::hub
