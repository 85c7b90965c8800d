#include "hub/core/ring.h"

#include <algorithm>
#include <utility>

namespace picket::hub {

void Ring::append(JournalEntryPtr entry) {
  bytes_ += entry->frame.size();
  entries_.push_back(std::move(entry));
  evict();
}

void Ring::release(uint64_t seq) {
  released_seq_ = std::max(released_seq_, seq);
  evict();
}

void Ring::evict() {
  while (bytes_ > bytes_max_ && !entries_.empty() && entries_.front()->seq <= released_seq_) {
    evicted_seq_ = entries_.front()->seq;
    bytes_ -= entries_.front()->frame.size();
    entries_.pop_front();
    ++begin_;
  }
}

std::optional<Ring::Position> Ring::after(uint64_t seq) const {
  if (seq < evicted_seq_) return std::nullopt;
  const auto later = [](uint64_t value, const JournalEntryPtr& entry) {
    return value < entry->seq;
  };
  const auto first = std::upper_bound(entries_.begin(), entries_.end(), seq, later);
  return begin_ + static_cast<Position>(first - entries_.begin());
}

}  // namespace picket::hub
