#include "hub/core/unstored.h"

#include <algorithm>

namespace picket::hub {
namespace {

// Beyond it the oldest two become one: what is told missed may then hold what was stored, never the
// other way round.
constexpr std::size_t kRangesMax = 256;

}  // namespace

void UnstoredRanges::add(uint64_t seq, bool continues) {
  if (continues && !ranges_.empty()) {
    ranges_.back().last_seq = seq;
    return;
  }
  ranges_.push_back({.first_seq = seq, .last_seq = seq});
  if (ranges_.size() <= kRangesMax) return;
  ranges_[1].first_seq = ranges_[0].first_seq;
  ranges_.erase(ranges_.begin());
}

const Unstored* UnstoredRanges::find(uint64_t seq) const {
  const auto range = std::lower_bound(
      ranges_.begin(), ranges_.end(), seq,
      [](const Unstored& unstored, uint64_t wanted) { return unstored.last_seq < wanted; });
  return range != ranges_.end() && range->first_seq <= seq ? &*range : nullptr;
}

std::vector<Unstored> UnstoredRanges::between(uint64_t after, uint64_t through) const {
  std::vector<Unstored> found;
  for (const Unstored& range : ranges_) {
    if (range.last_seq <= after || range.first_seq > through) continue;
    found.push_back({.first_seq = std::max(range.first_seq, after + 1),
                     .last_seq = std::min(range.last_seq, through)});
  }
  return found;
}

}  // namespace picket::hub
