// A journal for tests, in memory and bounded by bytes. It answers later, as every journal does,
// through the `post` that it is given; a test can have it refuse.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/core/journal.h"

namespace picket::test {

inline constexpr std::size_t kMemoryJournalBytesMax = 64 * 1024 * 1024;

class MemoryJournal final : public hub::Journal {
 public:
  /// Runs a function soon, on the loop's thread, not within the call.
  using Post = std::function<void(std::function<void()>)>;

  MemoryJournal(std::size_t bytes_max, Post post) : bytes_max_(bytes_max), post_(std::move(post)) {}

  void set_listener(hub::JournalListener& listener) override { listener_ = &listener; }
  void append(hub::JournalBatch batch) override;
  void read(uint64_t after_seq, std::size_t bytes_max,
            std::function<void(hub::JournalPage)> done) override;
  void find(WallTime since, std::function<void(uint64_t after_seq)> done) override;
  hub::JournalKept kept() const override;
  uint64_t last_committed() const override { return committed_seq_; }

  bool full = false;                              // refuses batches
  std::map<std::string, std::string> nodes;       // rows as stored
  std::vector<hub::NodePosition> positions;       // as stored, in order
  std::map<std::string, std::string> executions;  // rows as stored
  /// Called with each batch that is stored.
  std::function<void(const hub::JournalBatch& batch)> on_stored;

 private:
  hub::JournalPage page(uint64_t after_seq, std::size_t bytes_max) const;
  uint64_t after(WallTime since) const;
  void commit(const hub::JournalBatch& batch);

  std::size_t bytes_max_;
  Post post_;
  hub::JournalListener* listener_ = nullptr;
  std::deque<hub::JournalEntryPtr> entries_;
  std::vector<hub::Unstored> unstored_;
  std::size_t bytes_ = 0;
  uint64_t committed_seq_ = 0;
  uint64_t begin_seq_ = 0;  // what came before this seq was evicted, or is of an earlier run
  WallTime evicted_until_;  // when the newest evicted entry was received
};

}  // namespace picket::test
