// Positions of logs that wait to be stored: of each log the latest only. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "hub/core/journal.h"

namespace picket::hub {

class LatestPositions {
 public:
  /// Takes the place of an earlier one of the same node, source and instance.
  void add(NodePosition position);
  bool empty() const { return positions_.empty(); }
  /// All, in the order in which the first of each log came; nothing waits then.
  std::vector<NodePosition> take();

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // node, source, instance

  std::vector<NodePosition> positions_;
  std::map<Key, std::size_t> index_;  // where in `positions_`
};

}  // namespace picket::hub
