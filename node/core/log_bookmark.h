// The node's own memory of how far one hub has its log, beyond the agent's life. It counts where
// the hub remembers nothing.
#pragma once

#include <optional>

#include "picket/v1/node_link.pb.h"

namespace picket::node {

class LogBookmark {
 public:
  virtual ~LogBookmark() = default;
  /// Without an instance it is an instant: what was written since.
  virtual std::optional<v1::LogPosition> load() = 0;
  /// Soon; an older one that is lost by a crash only makes the node say again what the hub knows.
  virtual void save(const v1::LogPosition& position) = 0;
};

}  // namespace picket::node
