#include <algorithm>
#include <cstdint>
#include <utility>

#include "hub/io/journal_store.h"

namespace picket::hub {
namespace {

constexpr int kRowsMax = 1024;  // of one page

uint64_t unsigned_of(int64_t value) { return static_cast<uint64_t>(std::max<int64_t>(value, 0)); }

}  // namespace

JournalReader::JournalReader(std::unique_ptr<SQLite::Database> database)
    : database_(std::move(database)),
      next_updates_(*database_,
                    "SELECT seq, node, kind, received_ns, frame FROM updates "
                    "WHERE seq>? AND seq<? ORDER BY seq LIMIT ?"),
      next_unstored_(*database_,
                     "SELECT first_seq, last_seq FROM unstored WHERE last_seq>? "
                     "ORDER BY first_seq LIMIT 1"),
      evicted_nodes_(*database_, "SELECT node, evicted_seq FROM kept WHERE evicted_seq>?"),
      next_received_(*database_,
                     "SELECT seq, received_ns FROM updates WHERE seq>=? ORDER BY seq LIMIT 1"),
      get_meta_(*database_, "SELECT value FROM meta WHERE key=?") {}

int64_t JournalReader::meta(const char* key) {
  get_meta_.reset();
  get_meta_.bind(1, key);
  const int64_t value = get_meta_.executeStep() ? get_meta_.getColumn(0).getInt64() : 0;
  get_meta_.reset();
  return value;
}

std::vector<JournalGap> JournalReader::gaps_of_nodes(uint64_t after_seq) {
  std::vector<JournalGap> gaps;
  evicted_nodes_.reset();
  evicted_nodes_.bind(1, static_cast<int64_t>(after_seq));
  while (evicted_nodes_.executeStep()) {
    gaps.push_back({.first_seq = after_seq + 1,
                    .last_seq = unsigned_of(evicted_nodes_.getColumn(1).getInt64()),
                    .node = evicted_nodes_.getColumn(0).getString(),
                    .reason = "no longer kept: this node has more than its share of the journal"});
  }
  evicted_nodes_.reset();
  return gaps;
}

JournalPage JournalReader::page(uint64_t after_seq, std::size_t bytes_max) {
  JournalPage page;
  const uint64_t evicted = unsigned_of(meta(kMetaEvictedSeq));
  if (after_seq < evicted) {
    page.gaps.push_back({after_seq + 1, evicted, {}, "no longer kept"});
    after_seq = evicted;
  }
  for (auto& gap : gaps_of_nodes(after_seq)) page.gaps.push_back(std::move(gap));
  uint64_t end = INT64_MAX;  // of this page: the next gap of all nodes
  next_unstored_.reset();
  next_unstored_.bind(1, static_cast<int64_t>(after_seq));
  if (next_unstored_.executeStep()) end = unsigned_of(next_unstored_.getColumn(0).getInt64());
  const uint64_t end_last =
      end == INT64_MAX ? 0 : unsigned_of(next_unstored_.getColumn(1).getInt64());
  next_unstored_.reset();
  next_updates_.reset();
  next_updates_.bind(1, static_cast<int64_t>(after_seq));
  next_updates_.bind(2, static_cast<int64_t>(end));
  next_updates_.bind(3, kRowsMax);
  std::size_t bytes = 0;
  bool full = false;
  while (next_updates_.executeStep()) {
    auto entry = std::make_shared<JournalEntry>();
    entry->seq = unsigned_of(next_updates_.getColumn(0).getInt64());
    entry->node = next_updates_.getColumn(1).getString();
    entry->kind = next_updates_.getColumn(2).getString();
    entry->received = from_unix_ns(next_updates_.getColumn(3).getInt64());
    entry->frame = next_updates_.getColumn(4).getString();
    full = !page.entries.empty() && bytes + entry->frame.size() > bytes_max;
    if (full) break;
    bytes += entry->frame.size();
    page.entries.push_back(std::move(entry));
  }
  next_updates_.reset();
  full = full || page.entries.size() == static_cast<std::size_t>(kRowsMax);
  if (page.entries.empty() && end != INT64_MAX) {
    page.gaps.push_back(
        {std::max(end, after_seq + 1), end_last, {}, "the hub could not store them"});
  }
  page.at_end = !full && end == INT64_MAX;
  return page;
}

// By halves: seq rises with the time of receipt, but for a clock that was set back.
uint64_t JournalReader::find(WallTime since) {
  const int64_t since_ns = to_unix_ns(since);
  const int64_t evicted_ns = meta(kMetaEvictedNs);
  // Some of what was asked for is gone: a place before everything, so that the reader is told.
  if (evicted_ns != 0 && evicted_ns >= since_ns) return 0;
  int64_t low = meta(kMetaEvictedSeq);
  int64_t high = database_->execAndGet("SELECT coalesce(max(seq), 0) FROM updates").getInt64();
  if (high <= low) return unsigned_of(low);
  // Everything up to `low` is older; `high` is the answer if nothing is as new.
  while (low < high) {
    const int64_t middle = low + (high - low) / 2 + 1;
    next_received_.reset();
    next_received_.bind(1, middle);
    const bool any = next_received_.executeStep();
    const int64_t seq = any ? next_received_.getColumn(0).getInt64() : high;
    const bool older = any && next_received_.getColumn(1).getInt64() < since_ns;
    next_received_.reset();
    if (older) {
      low = seq;
    } else {
      high = middle - 1;
    }
  }
  return unsigned_of(low);
}

}  // namespace picket::hub
