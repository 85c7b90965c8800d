#include "hub/core/memory_journal.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace picket::hub {

void MemoryJournal::append(std::vector<JournalEntryPtr> entries) {
  if (entries.empty()) return;
  if (begin_seq_ == 0) begin_seq_ = entries.front()->seq;
  const uint64_t last = entries.back()->seq;
  for (auto& entry : entries) {
    bytes_ += entry->frame.size();
    entries_.push_back(std::move(entry));
  }
  post_([this, last] { commit(last); });
}

void MemoryJournal::commit(uint64_t seq) {
  committed_seq_ = std::max(committed_seq_, seq);
  while (bytes_ > bytes_max_ && !entries_.empty() && entries_.front()->seq <= committed_seq_) {
    bytes_ -= entries_.front()->frame.size();
    begin_seq_ = entries_.front()->seq + 1;
    evicted_until_ = entries_.front()->received;
    entries_.pop_front();
  }
  if (listener_ != nullptr) listener_->committed(committed_seq_);
}

void MemoryJournal::read(uint64_t after_seq, std::size_t bytes_max,
                         std::function<void(JournalPage)> done) {
  post_([this, after_seq, bytes_max, done = std::move(done)] { done(page(after_seq, bytes_max)); });
}

JournalPage MemoryJournal::page(uint64_t after_seq, std::size_t bytes_max) const {
  JournalPage page;
  if (after_seq + 1 < begin_seq_) {
    page.gap_first = after_seq + 1;
    page.gap_last = begin_seq_ - 1;
  }
  const auto later = [](uint64_t seq, const JournalEntryPtr& entry) { return seq < entry->seq; };
  auto entry = std::upper_bound(entries_.begin(), entries_.end(), after_seq, later);
  std::size_t bytes = 0;
  for (; entry != entries_.end() && (*entry)->seq <= committed_seq_; ++entry) {
    if (!page.entries.empty() && bytes + (*entry)->frame.size() > bytes_max) return page;
    bytes += (*entry)->frame.size();
    page.entries.push_back(*entry);
  }
  page.at_end = true;
  return page;
}

void MemoryJournal::find(WallTime since, std::function<void(uint64_t)> done) {
  post_([this, since, done = std::move(done)] { done(after(since)); });
}

uint64_t MemoryJournal::after(WallTime since) const {
  // Some of what was asked for is gone: a place before everything, so that the reader is told.
  if (evicted_until_ >= since && evicted_until_ != WallTime()) return 0;
  const auto earlier = [](const JournalEntryPtr& entry, WallTime time) {
    return entry->received < time;
  };
  const auto first = std::lower_bound(entries_.begin(), entries_.end(), since, earlier);
  if (first != entries_.end()) return (*first)->seq - 1;
  return committed_seq_;
}

JournalKept MemoryJournal::kept() const {
  return {.oldest_seq = entries_.empty() ? 0 : entries_.front()->seq,
          .updates = entries_.size(),
          .bytes = bytes_};
}

}  // namespace picket::hub
