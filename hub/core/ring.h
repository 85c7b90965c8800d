// The newest updates, encoded, shared by all subscribers that keep up. What is still to be stored
// is never evicted.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "hub/core/journal.h"

namespace picket::hub {

class Ring {
 public:
  /// A place between two entries: the number of entries ever appended before it.
  using Position = uint64_t;

  /// `start_seq`: what came up to there was never here.
  Ring(std::size_t bytes_max, uint64_t start_seq)
      : bytes_max_(bytes_max), evicted_seq_(start_seq) {}

  void append(JournalEntryPtr entry);
  /// Entries up to `seq` may be evicted from now on.
  void release(uint64_t seq);

  Position begin() const { return begin_; }
  Position end() const { return begin_ + entries_.size(); }
  /// The entry right after `position`, which must be in [begin, end).
  const JournalEntryPtr& at(Position position) const { return entries_[position - begin_]; }
  /// The place after `seq`, if all that came after it is still here.
  std::optional<Position> after(uint64_t seq) const;

  /// Everything up to here must be read from the journal, if it could be stored.
  uint64_t evicted_seq() const { return evicted_seq_; }

  /// Full of what is still to be stored: reading from nodes has to pause.
  bool overfull() const { return bytes_ > bytes_max_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void evict();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<JournalEntryPtr> entries_;
  Position begin_ = 0;
  uint64_t released_seq_ = 0;
  uint64_t evicted_seq_;  // of the newest entry that was evicted
};

}  // namespace picket::hub
