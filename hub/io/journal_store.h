// What the journal has on disk, as plain calls: a batch is stored whole or not at all, old updates
// go by age and, node by node, by bytes. Throws SQLite::Exception. One thread uses it.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "hub/core/journal.h"

namespace picket::hub {

/// How much is kept; whichever is reached first.
struct JournalLimits {
  uint64_t bytes_max = 0;
  Milliseconds age_max{};
};

class JournalStore {
 public:
  JournalStore(std::unique_ptr<SQLite::Database> database, JournalLimits limits);

  JournalContents contents();
  void set_limits(const JournalLimits& limits) { limits_ = limits; }
  uint64_t last_seq() const { return last_seq_; }
  JournalKept kept();
  /// All of it or, if it throws, nothing.
  void commit(const JournalBatch& batch, WallTime now);

 private:
  struct Kept {
    int64_t updates = 0;
    int64_t bytes = 0;
    int64_t evicted_seq = 0;
  };
  using KeptByNode = std::map<std::string, Kept>;
  struct Row {
    int64_t seq = 0;
    std::string node;
    int64_t bytes = 0;
    int64_t received_ns = 0;
  };

  void load();
  void store(const JournalBatch& batch, WallTime now);
  void store_run(const HubRun& run);
  void store_entries(const std::vector<JournalEntryPtr>& entries);
  void store_nodes(const std::vector<NodeRow>& nodes);
  void store_executions(const std::vector<ExecutionRow>& executions);
  void store_positions(const std::vector<NodePosition>& positions);
  void trim_by_age(WallTime now);
  void trim_by_bytes();
  std::vector<Row> oldest(SQLite::Statement& select);
  void remove(const Row& row);
  Kept& touch(const std::string& node);
  void store_kept();
  void set_meta(const char* key, int64_t value);
  int64_t meta(const char* key);

  std::unique_ptr<SQLite::Database> database_;
  JournalLimits limits_;
  uint64_t last_seq_ = 0;
  KeptByNode kept_;
  KeptByNode before_;  // of those that the present transaction has touched
  int64_t bytes_ = 0;
  SQLite::Statement insert_update_;
  SQLite::Statement delete_update_;
  SQLite::Statement oldest_;
  SQLite::Statement oldest_of_node_;
  SQLite::Statement put_kept_;
  SQLite::Statement put_node_;
  SQLite::Statement delete_node_;
  SQLite::Statement put_execution_;
  SQLite::Statement delete_execution_;
  SQLite::Statement put_position_;
  SQLite::Statement delete_position_;
  SQLite::Statement put_unstored_;
  SQLite::Statement put_run_;
  SQLite::Statement trim_runs_;
  SQLite::Statement put_meta_;
};

/// Reads what is stored, on a connection of its own. Throws SQLite::Exception. One thread uses it.
class JournalReader {
 public:
  explicit JournalReader(std::unique_ptr<SQLite::Database> database);
  /// As Journal::read and Journal::find.
  JournalPage page(uint64_t after_seq, std::size_t bytes_max);
  uint64_t find(WallTime since);

 private:
  std::vector<JournalGap> gaps_of_nodes(uint64_t after_seq);
  int64_t meta(const char* key);

  std::unique_ptr<SQLite::Database> database_;
  SQLite::Statement next_updates_;
  SQLite::Statement next_unstored_;
  SQLite::Statement evicted_nodes_;
  SQLite::Statement next_received_;
  SQLite::Statement get_meta_;
};

/// Keys of the table meta: everything up to this seq went by age, and when that was received.
inline constexpr const char* kMetaEvictedSeq = "evicted_seq";
inline constexpr const char* kMetaEvictedNs = "evicted_ns";

}  // namespace picket::hub
