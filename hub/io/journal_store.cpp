#include "hub/io/journal_store.h"

#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <utility>

namespace picket::hub {
namespace {

// What a row takes beside its frame: keys, indexes, page overhead; measured roughly.
constexpr int64_t kRowBytes = 96;
// Rows taken out at once, and at most by age in one transaction.
constexpr int kTrimRows = 256;
constexpr int kTrimByAgeMax = 4096;
constexpr int kRunsKept = 1000;  // starts of the hub

int64_t signed_of(uint64_t value) { return static_cast<int64_t>(value); }

// Leaves the statement ready for its next use, also if it throws.
class Use {
 public:
  explicit Use(SQLite::Statement& statement) : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    statement_.tryReset();
    statement_.clearBindings();
  }

 private:
  SQLite::Statement& statement_;
};

// A row by its key; without bytes it goes.
void put_or_delete(SQLite::Statement& put, SQLite::Statement& remove, const std::string& key,
                   const std::string& bytes) {
  SQLite::Statement& statement = bytes.empty() ? remove : put;
  const Use use(statement);
  statement.bindNoCopy(1, key);
  if (!bytes.empty()) statement.bindNoCopy(2, bytes.data(), static_cast<int>(bytes.size()));
  statement.exec();
}

}  // namespace

JournalStore::JournalStore(std::unique_ptr<SQLite::Database> database, JournalLimits limits)
    : database_(std::move(database)),
      limits_(limits),
      insert_update_(*database_, "INSERT INTO updates VALUES(?, ?, ?, ?, ?)"),
      delete_update_(*database_, "DELETE FROM updates WHERE seq=?"),
      oldest_(*database_,
              "SELECT seq, node, length(frame), received_ns FROM updates ORDER BY seq LIMIT ?"),
      oldest_of_node_(*database_,
                      "SELECT seq, node, length(frame), received_ns FROM updates WHERE node=?2 "
                      "ORDER BY seq LIMIT ?1"),
      put_kept_(*database_, "INSERT OR REPLACE INTO kept VALUES(?, ?, ?, ?)"),
      put_node_(*database_, "INSERT OR REPLACE INTO nodes(name, record) VALUES(?, ?)"),
      delete_node_(*database_, "DELETE FROM nodes WHERE name=?"),
      put_execution_(*database_, "INSERT OR REPLACE INTO executions(id, record) VALUES(?, ?)"),
      delete_execution_(*database_, "DELETE FROM executions WHERE id=?"),
      put_position_(*database_, "INSERT OR REPLACE INTO positions VALUES(?, ?, ?, ?, ?, ?)"),
      delete_position_(*database_,
                       "DELETE FROM positions WHERE node=? AND source=? AND instance=?"),
      put_unstored_(*database_, "INSERT OR REPLACE INTO unstored VALUES(?, ?)"),
      put_run_(*database_, "INSERT OR REPLACE INTO runs VALUES(?, ?)"),
      trim_runs_(*database_,
                 "DELETE FROM runs WHERE start_seq <= "
                 "(SELECT start_seq FROM runs ORDER BY start_seq DESC LIMIT 1 OFFSET ?)"),
      put_meta_(*database_, "INSERT OR REPLACE INTO meta VALUES(?, ?)") {
  load();
}

void JournalStore::load() {
  SQLite::Statement kept(*database_, "SELECT node, updates, bytes, evicted_seq FROM kept");
  while (kept.executeStep()) {
    const Kept row{kept.getColumn(1).getInt64(), kept.getColumn(2).getInt64(),
                   kept.getColumn(3).getInt64()};
    bytes_ += row.bytes;
    kept_[kept.getColumn(0).getString()] = row;
  }
  const auto last = [this](const char* query) {
    return static_cast<uint64_t>(database_->execAndGet(query).getInt64());
  };
  last_seq_ = std::max({last("SELECT coalesce(max(seq), 0) FROM updates"),
                        last("SELECT coalesce(max(last_seq), 0) FROM unstored"),
                        static_cast<uint64_t>(meta(kMetaEvictedSeq))});
  for (const auto& [node, row] : kept_) {
    last_seq_ = std::max(last_seq_, static_cast<uint64_t>(row.evicted_seq));
  }
}

JournalContents JournalStore::contents() {
  JournalContents contents;
  SQLite::Statement nodes(*database_, "SELECT name, record FROM nodes");
  while (nodes.executeStep()) {
    contents.nodes.push_back({nodes.getColumn(0).getString(), nodes.getColumn(1).getString()});
  }
  // A row is replaced, not changed: by row id they are in the order in which they were used last.
  SQLite::Statement positions(*database_, "SELECT * FROM positions ORDER BY rowid");
  while (positions.executeStep()) {
    NodePosition stored;
    stored.node = positions.getColumn(0).getString();
    stored.position.set_source(positions.getColumn(1).getString());
    stored.position.set_instance(positions.getColumn(2).getString());
    stored.position.set_offset(static_cast<uint64_t>(positions.getColumn(3).getInt64()));
    stored.position.set_part(static_cast<uint32_t>(positions.getColumn(4).getInt64()));
    stored.position.set_at_unix_ns(positions.getColumn(5).getInt64());
    contents.positions.push_back(std::move(stored));
  }
  // Their ids rise with time.
  SQLite::Statement executions(*database_, "SELECT id, record FROM executions ORDER BY id");
  while (executions.executeStep()) {
    contents.executions.push_back(
        {executions.getColumn(0).getString(), executions.getColumn(1).getString()});
  }
  SQLite::Statement runs(*database_, "SELECT stored_before, start_seq FROM runs");
  while (runs.executeStep()) {
    contents.runs.push_back({static_cast<uint64_t>(runs.getColumn(0).getInt64()),
                             static_cast<uint64_t>(runs.getColumn(1).getInt64())});
  }
  return contents;
}

JournalKept JournalStore::kept() {
  JournalKept all;
  for (const auto& [node, row] : kept_) all.updates += static_cast<uint64_t>(row.updates);
  all.bytes = static_cast<uint64_t>(bytes_);
  const Use use(oldest_);
  oldest_.bind(1, 1);
  if (oldest_.executeStep())
    all.oldest_seq = static_cast<uint64_t>(oldest_.getColumn(0).getInt64());
  return all;
}

void JournalStore::commit(const JournalBatch& batch, WallTime now) {
  const int64_t bytes_before = bytes_;
  before_.clear();
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    store(batch, now);
    transaction.commit();
  } catch (...) {
    for (auto& [node, row] : before_) kept_[node] = row;
    bytes_ = bytes_before;
    throw;
  }
  if (!batch.entries.empty()) last_seq_ = std::max(last_seq_, batch.entries.back()->seq);
  last_seq_ = std::max(last_seq_, batch.unstored.last_seq);
}

void JournalStore::store(const JournalBatch& batch, WallTime now) {
  const uint64_t first = batch.unstored.first_seq != 0 ? batch.unstored.first_seq
                         : batch.entries.empty()       ? 0
                                                       : batch.entries.front()->seq;
  if (last_seq_ == 0 && first > 0) set_meta(kMetaEvictedSeq, signed_of(first - 1));
  if (batch.unstored.first_seq != 0) {
    const Use use(put_unstored_);
    put_unstored_.bind(1, signed_of(batch.unstored.first_seq));
    put_unstored_.bind(2, signed_of(batch.unstored.last_seq));
    put_unstored_.exec();
  }
  if (batch.run) store_run(*batch.run);
  store_entries(batch.entries);
  store_nodes(batch.nodes);
  store_executions(batch.executions);
  store_positions(batch.positions);
  trim_by_age(now);
  trim_by_bytes();
  store_kept();
}

void JournalStore::store_run(const HubRun& run) {
  const Use use(put_run_);
  put_run_.bind(1, signed_of(run.start_seq));
  put_run_.bind(2, signed_of(run.stored_before));
  put_run_.exec();
  const Use use_trim(trim_runs_);
  trim_runs_.bind(1, kRunsKept);
  trim_runs_.exec();
}

void JournalStore::store_entries(const std::vector<JournalEntryPtr>& entries) {
  for (const auto& entry : entries) {
    const Use use(insert_update_);
    insert_update_.bind(1, signed_of(entry->seq));
    insert_update_.bindNoCopy(2, entry->node);
    insert_update_.bindNoCopy(3, entry->kind);
    insert_update_.bind(4, to_unix_ns(entry->received));
    insert_update_.bindNoCopy(5, entry->frame.data(), static_cast<int>(entry->frame.size()));
    insert_update_.exec();
    Kept& kept = touch(entry->node);
    const int64_t bytes = static_cast<int64_t>(entry->frame.size()) + kRowBytes;
    ++kept.updates;
    kept.bytes += bytes;
    bytes_ += bytes;
  }
}

void JournalStore::store_nodes(const std::vector<NodeRow>& nodes) {
  for (const auto& row : nodes) put_or_delete(put_node_, delete_node_, row.name, row.bytes);
}

void JournalStore::store_executions(const std::vector<ExecutionRow>& executions) {
  for (const auto& row : executions)
    put_or_delete(put_execution_, delete_execution_, row.id, row.bytes);
}

void JournalStore::store_positions(const std::vector<NodePosition>& positions) {
  for (const auto& stored : positions) {
    SQLite::Statement& statement = stored.dropped ? delete_position_ : put_position_;
    const Use use(statement);
    statement.bindNoCopy(1, stored.node);
    statement.bindNoCopy(2, stored.position.source());
    statement.bindNoCopy(3, stored.position.instance());
    if (!stored.dropped) {
      statement.bind(4, signed_of(stored.position.offset()));
      statement.bind(5, static_cast<int64_t>(stored.position.part()));
      statement.bind(6, stored.position.at_unix_ns());
    }
    statement.exec();
  }
}

std::vector<JournalStore::Row> JournalStore::oldest(SQLite::Statement& select) {
  std::vector<Row> rows;
  const Use use(select);
  select.bind(1, kTrimRows);
  while (select.executeStep()) {
    rows.push_back({select.getColumn(0).getInt64(), select.getColumn(1).getString(),
                    select.getColumn(2).getInt64() + kRowBytes, select.getColumn(3).getInt64()});
  }
  return rows;
}

void JournalStore::remove(const Row& row) {
  const Use use(delete_update_);
  delete_update_.bind(1, row.seq);
  delete_update_.exec();
  Kept& kept = touch(row.node);
  --kept.updates;
  kept.bytes -= row.bytes;
  bytes_ -= row.bytes;
}

void JournalStore::trim_by_age(WallTime now) {
  const int64_t cutoff = to_unix_ns(now - limits_.age_max);
  for (int removed = 0; removed < kTrimByAgeMax;) {
    Row last;
    for (const Row& row : oldest(oldest_)) {
      if (row.received_ns >= cutoff) break;
      remove(row);
      ++removed;
      last = row;
    }
    if (last.seq == 0) return;
    set_meta(kMetaEvictedSeq, last.seq);
    set_meta(kMetaEvictedNs, last.received_ns);
  }
}

// The node that has most loses first, so that one that talks too much costs the others nothing.
void JournalStore::trim_by_bytes() {
  while (bytes_ > signed_of(limits_.bytes_max)) {
    const auto heaviest = std::max_element(
        kept_.begin(), kept_.end(),
        [](const auto& a, const auto& b) { return a.second.bytes < b.second.bytes; });
    if (heaviest == kept_.end() || heaviest->second.updates == 0) return;
    const std::string node = heaviest->first;
    oldest_of_node_.bind(2, node);
    for (const Row& row : oldest(oldest_of_node_)) {
      remove(row);
      touch(node).evicted_seq = row.seq;
      if (bytes_ <= signed_of(limits_.bytes_max)) return;
    }
  }
}

JournalStore::Kept& JournalStore::touch(const std::string& node) {
  Kept& kept = kept_[node];
  before_.try_emplace(node, kept);
  return kept;
}

void JournalStore::store_kept() {
  for (const auto& [node, before] : before_) {
    const Kept& kept = kept_[node];
    const Use use(put_kept_);
    put_kept_.bindNoCopy(1, node);
    put_kept_.bind(2, kept.updates);
    put_kept_.bind(3, kept.bytes);
    put_kept_.bind(4, kept.evicted_seq);
    put_kept_.exec();
  }
}

void JournalStore::set_meta(const char* key, int64_t value) {
  const Use use(put_meta_);
  put_meta_.bind(1, key);
  put_meta_.bind(2, value);
  put_meta_.exec();
}

int64_t JournalStore::meta(const char* key) {
  SQLite::Statement select(*database_, "SELECT value FROM meta WHERE key=?");
  select.bind(1, key);
  return select.executeStep() ? select.getColumn(0).getInt64() : 0;
}

}  // namespace picket::hub
