#include "hub/core/latest_positions.h"

#include <utility>

namespace picket::hub {

void LatestPositions::add(NodePosition position) {
  const auto& log = position.position;
  const auto [found, is_first] =
      index_.try_emplace({position.node, log.source(), log.instance()}, positions_.size());
  if (is_first) {
    positions_.push_back(std::move(position));
  } else {
    positions_[found->second] = std::move(position);
  }
}

std::vector<NodePosition> LatestPositions::take() {
  index_.clear();
  return std::exchange(positions_, {});
}

}  // namespace picket::hub
