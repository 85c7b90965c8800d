// Compares two values of one resource by the keys of their rows.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/value_parts.h"

namespace picket::hub {

template <typename Row>
using RowsByKey = std::map<std::string, Row>;

/// What turns one value into the other.
template <typename Row>
struct RowDiff {
  std::vector<Row> added;
  std::vector<Row> changed;  // as they are now
  std::vector<Row> removed;  // as they were
  bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};

template <typename Row>
RowDiff<Row> diff_rows(const RowsByKey<Row>& before, const RowsByKey<Row>& after) {
  RowDiff<Row> diff;
  for (const auto& [key, row] : after) {
    const auto old = before.find(key);
    if (old == before.end()) {
      diff.added.push_back(row);
    } else if (old->second.SerializeAsString() != row.SerializeAsString()) {
      diff.changed.push_back(row);
    }
  }
  for (const auto& [key, row] : before) {
    if (!after.contains(key)) diff.removed.push_back(row);
  }
  return diff;
}

/// A change in pieces that each fit a frame.
template <typename Change>
class ChangePieces {
 public:
  template <typename Row>
  Change& piece_for(const Row& row) {
    return piece_for(row.ByteSizeLong(), elements_of(row));
  }
  Change& piece_for(const std::string& key) { return piece_for(key.size(), 1); }

  std::vector<Change> take() { return std::move(pieces_); }

 private:
  Change& piece_for(std::size_t bytes, std::size_t elements) {
    const bool is_full = budget_.begins_frame(bytes, elements);
    if (is_full || pieces_.empty()) pieces_.emplace_back();
    return pieces_.back();
  }

  FrameBudget budget_;
  std::vector<Change> pieces_;
};

}  // namespace picket::hub
