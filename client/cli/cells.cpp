#include "client/cli/cells.h"

#include "client/lib/time_text.h"
#include "client/words/words.h"

namespace picket::cli {

Cell sessions_cell(const v1::NodeSummary& node) {
  const auto* collector = words::sessions_of(node);
  if (collector == nullptr) return {"unknown", Colour::kDim};
  // What was true when a node went isn't true now.
  const bool connected = node.state() == v1::NodeSummary::STATE_CONNECTED;
  const std::string count = std::to_string(collector->rows());
  switch (collector->health().state_case()) {
    case v1::CollectorHealth::kOk:
      if (!connected) return {collector->rows() == 0 ? "was nobody" : "was " + count, Colour::kDim};
      return collector->rows() == 0 ? Cell("nobody") : Cell(count);
    case v1::CollectorHealth::kNotMonitored: return {"not monitored", Colour::kDim};
    case v1::CollectorHealth::kInitialising: return {"starting", Colour::kDim};
    case v1::CollectorHealth::kFailed: return {"can't see", Colour::kRed};
    case v1::CollectorHealth::STATE_NOT_SET: break;
  }
  return {"unknown", Colour::kDim};
}

Cell state_cell(const v1::NodeSummary& node, WallTime now) {
  switch (node.state()) {
    case v1::NodeSummary::STATE_CONNECTED: return {"connected", Colour::kGreen};
    case v1::NodeSummary::STATE_DISCONNECTED:
      return {"disconnected " + client::rough_duration(
                                    client::time_between(from_unix_ns(node.since_unix_ns()), now)),
              Colour::kRed};
    case v1::NodeSummary::STATE_NOT_SEEN: return {"not seen", Colour::kYellow};
    case v1::NodeSummary::STATE_REVOKED: return {"revoked", Colour::kRed};
    default: return {"unknown", Colour::kDim};  // of a newer hub
  }
}

}  // namespace picket::cli
