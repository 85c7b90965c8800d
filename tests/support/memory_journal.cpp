#include "tests/support/memory_journal.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace picket::test {

void MemoryJournal::append(hub::JournalBatch batch) {
  post_([this, batch = std::move(batch)] { commit(batch); });
}

void MemoryJournal::commit(const hub::JournalBatch& batch) {
  if (full) return listener_->refused("full");
  if (begin_seq_ == 0 && !batch.entries.empty()) begin_seq_ = batch.entries.front()->seq;
  for (const auto& entry : batch.entries) {
    bytes_ += entry->frame.size();
    entries_.push_back(entry);
    committed_seq_ = entry->seq;
  }
  if (batch.unstored.first_seq != 0) unstored_.push_back(batch.unstored);
  for (const auto& row : batch.nodes) nodes[row.name] = row.bytes;
  for (const auto& row : batch.executions) executions[row.id] = row.bytes;
  positions.insert(positions.end(), batch.positions.begin(), batch.positions.end());
  if (on_stored) on_stored(batch);
  while (bytes_ > bytes_max_ && !entries_.empty()) {
    bytes_ -= entries_.front()->frame.size();
    begin_seq_ = entries_.front()->seq + 1;
    evicted_until_ = entries_.front()->received;
    entries_.pop_front();
  }
  if (listener_ != nullptr) listener_->stored();
}

void MemoryJournal::read(uint64_t after_seq, std::size_t bytes_max,
                         std::function<void(hub::JournalPage)> done) {
  post_([this, after_seq, bytes_max, done = std::move(done)] { done(page(after_seq, bytes_max)); });
}

hub::JournalPage MemoryJournal::page(uint64_t after_seq, std::size_t bytes_max) const {
  hub::JournalPage page;
  if (after_seq + 1 < begin_seq_) {
    page.gaps.push_back({after_seq + 1, begin_seq_ - 1, {}, "no longer kept"});
    after_seq = begin_seq_ - 1;
  }
  uint64_t end = UINT64_MAX;
  uint64_t end_last = 0;
  for (const auto& range : unstored_) {
    if (range.last_seq <= after_seq || end != UINT64_MAX) continue;
    end = range.first_seq;
    end_last = range.last_seq;
  }
  const auto later = [](uint64_t seq, const hub::JournalEntryPtr& entry) {
    return seq < entry->seq;
  };
  auto entry = std::upper_bound(entries_.begin(), entries_.end(), after_seq, later);
  std::size_t bytes = 0;
  for (; entry != entries_.end() && (*entry)->seq < end; ++entry) {
    if (!page.entries.empty() && bytes + (*entry)->frame.size() > bytes_max) return page;
    bytes += (*entry)->frame.size();
    page.entries.push_back(*entry);
  }
  if (page.entries.empty() && end != UINT64_MAX) {
    page.gaps.push_back({std::max(end, after_seq + 1), end_last, {}, "not stored"});
  }
  page.at_end = end == UINT64_MAX;
  return page;
}

void MemoryJournal::find(WallTime since, std::function<void(uint64_t)> done) {
  post_([this, since, done = std::move(done)] { done(after(since)); });
}

uint64_t MemoryJournal::after(WallTime since) const {
  // Some of what was asked for is gone: a place before everything, so that the reader is told.
  if (evicted_until_ >= since && evicted_until_ != WallTime()) return 0;
  const auto earlier = [](const hub::JournalEntryPtr& entry, WallTime time) {
    return entry->received < time;
  };
  const auto first = std::lower_bound(entries_.begin(), entries_.end(), since, earlier);
  if (first != entries_.end()) return (*first)->seq - 1;
  return committed_seq_;
}

hub::JournalKept MemoryJournal::kept() const {
  return {.oldest_seq = entries_.empty() ? 0 : entries_.front()->seq,
          .updates = entries_.size(),
          .bytes = bytes_};
}

}  // namespace picket::test
