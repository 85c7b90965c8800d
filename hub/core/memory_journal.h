// A journal in memory, bounded by bytes: what it keeps ends with the process. It answers later, as
// every journal does, through the `post` that it is given.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "hub/core/journal.h"

namespace picket::hub {

class MemoryJournal final : public Journal {
 public:
  /// Runs a function soon, on the loop's thread, not within the call.
  using Post = std::function<void(std::function<void()>)>;

  MemoryJournal(std::size_t bytes_max, Post post) : bytes_max_(bytes_max), post_(std::move(post)) {}

  void set_listener(JournalListener& listener) override { listener_ = &listener; }
  void append(std::vector<JournalEntryPtr> entries) override;
  void read(uint64_t after_seq, std::size_t bytes_max,
            std::function<void(JournalPage)> done) override;
  void find(WallTime since, std::function<void(uint64_t after_seq)> done) override;
  JournalKept kept() const override;
  uint64_t last_committed() const override { return committed_seq_; }

 private:
  JournalPage page(uint64_t after_seq, std::size_t bytes_max) const;
  uint64_t after(WallTime since) const;
  void commit(uint64_t seq);

  std::size_t bytes_max_;
  Post post_;
  JournalListener* listener_ = nullptr;
  std::deque<JournalEntryPtr> entries_;
  std::size_t bytes_ = 0;
  uint64_t committed_seq_ = 0;
  uint64_t begin_seq_ = 0;  // what came before this seq was evicted, or is of an earlier run
  WallTime evicted_until_;  // when the newest evicted entry was received
};

}  // namespace picket::hub
