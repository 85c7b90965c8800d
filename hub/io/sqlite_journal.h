// The journal in SQLite, on a helper thread: commits come before reads of history, which are small
// and use a connection of their own.
#pragma once

#include <asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "common/worker.h"
#include "hub/core/journal.h"
#include "hub/io/journal_store.h"

namespace picket::hub {

class SqliteJournal final : public Journal {
 public:
  struct Settings {
    std::string path;
    std::string hub_id;
    JournalLimits limits;
  };
  /// Opens or makes the database; see open_journal_database(). `loop`: where answers are given.
  static Result<std::unique_ptr<SqliteJournal>> open(const Settings& settings, const Clock& clock,
                                                     asio::any_io_executor loop);
  ~SqliteJournal() override;

  /// What an earlier run stored.
  JournalContents contents();
  /// What became of a damaged database; empty: nothing was wrong.
  const std::string& set_aside() const { return set_aside_; }
  /// For what is stored from now on.
  void set_limits(const JournalLimits& limits);
  /// Waits until all that was appended is stored or refused: the hub stops.
  void finish() { worker_.finish(); }

  void set_listener(JournalListener& listener) override { listener_ = &listener; }
  void append(JournalBatch batch) override;
  void read(uint64_t after_seq, std::size_t bytes_max,
            std::function<void(JournalPage)> done) override;
  void find(WallTime since, std::function<void(uint64_t after_seq)> done) override;
  JournalKept kept() const override { return kept_; }
  uint64_t last_committed() const override { return last_committed_; }

 private:
  struct Stored {
    std::string trouble;  // empty: it is stored
    JournalKept kept;
  };
  SqliteJournal(const Settings& settings, const Clock& clock, asio::any_io_executor loop);
  Status start(const Settings& settings, WallTime now);
  void refuse(const std::string& trouble);
  void answer_later(std::function<void()> answer);
  Stored commit(const JournalBatch& batch);

  std::string path_;
  const Clock& clock_;
  asio::any_io_executor loop_;
  std::string set_aside_;
  std::unique_ptr<JournalStore> store_;    // of the helper thread, from start() on
  std::unique_ptr<JournalReader> reader_;  // the same
  JournalListener* listener_ = nullptr;
  JournalKept kept_;
  uint64_t last_committed_ = 0;
  bool storing_ = true;
  Worker worker_;
};

}  // namespace picket::hub
