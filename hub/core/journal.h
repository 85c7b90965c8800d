// The hub's bounded, ordered log of updates, with the state that they led to, as the core sees it:
// it is handed encoded frames and rows and answers later. Implementations: SQLite (hub/io), and in
// the tests one in memory and one that delays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// One update, encoded once: the frame that every subscriber gets.
struct JournalEntry {
  uint64_t seq = 0;
  std::string node;  // empty: the hub itself
  std::string kind;  // "session.opened", "sessions.changed"
  WallTime received;
  std::string frame;
};

/// Shared by the ring and the journal; never changed once made.
using JournalEntryPtr = std::shared_ptr<const JournalEntry>;

/// The stored row of a node, as hub/core/stored_node encodes it; no bytes: the node is gone.
struct NodeRow {
  std::string name;
  std::string bytes;
};

/// The stored row of an execution, as hub/core/executions encodes it; no bytes: it is no longer
/// kept.
struct ExecutionRow {
  std::string id;
  std::string bytes;
};

/// How far the hub has a node's log.
struct NodePosition {
  std::string node;
  v1::LogPosition position;
  uint64_t link = 0;     // on which link of the node it came, and
  uint64_t events = 0;   // how many events had come on it by then
  bool dropped = false;  // the row goes: the node has too many
};

/// Updates that were told to live subscribers, but could not be stored.
struct Unstored {
  uint64_t first_seq = 0;  // 0: none
  uint64_t last_seq = 0;
};

/// Where a run of the hub began: what an earlier one may have told live subscribers between these
/// two was never stored, and what it told may not be so.
struct HubRun {
  uint64_t stored_before = 0;  // the last seq that was stored
  uint64_t start_seq = 0;      // none up to here is of this run
};

/// What is stored in one transaction: all of it or nothing.
struct JournalBatch {
  std::vector<JournalEntryPtr> entries;  // ascending
  std::vector<NodeRow> nodes;
  std::vector<NodePosition> positions;
  Unstored unstored;
  std::optional<HubRun> run;
  std::vector<ExecutionRow> executions = {};
};

/// What is no longer kept, and lies after the seq from which was read.
struct JournalGap {
  uint64_t first_seq = 0;
  uint64_t last_seq = 0;
  std::string node;  // only of this node; empty: of all
  std::string reason;
};

/// What a read found. Entries are ascending. A gap of all nodes lies before them; of one node it
/// may lie among and after them.
struct JournalPage {
  std::vector<JournalGap> gaps;
  std::vector<JournalEntryPtr> entries;
  bool at_end = false;  // nothing newer was stored when this was read
};

/// What an earlier run stored, beside the updates.
struct JournalContents {
  std::vector<NodeRow> nodes;
  std::vector<NodePosition> positions;
  std::vector<HubRun> runs;
  std::vector<ExecutionRow> executions;  // the oldest first
};

struct JournalKept {
  uint64_t oldest_seq = 0;  // 0: none
  uint64_t updates = 0;
  uint64_t bytes = 0;
};

/// Who hears of the journal's progress: called on the loop's thread, never from within a call to
/// it, once for each batch and in their order.
class JournalListener {
 public:
  virtual ~JournalListener() = default;
  /// The oldest batch that was appended and not yet answered is on stable storage.
  virtual void stored() = 0;
  /// It is not, and nothing of it will be: full, read-only, I/O error. A sentence for a person.
  virtual void refused(const std::string& reason) = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;
  virtual void set_listener(JournalListener& listener) = 0;
  /// Takes a batch whose entries follow those of the batches before; stored() or refused() follows,
  /// later.
  virtual void append(JournalBatch batch) = 0;
  /// Committed entries after `after_seq`, at most about `bytes_max`. `done` is called later, once,
  /// unless the journal ends first.
  virtual void read(uint64_t after_seq, std::size_t bytes_max,
                    std::function<void(JournalPage)> done) = 0;
  /// The seq after which everything was received at `since` or later; `done` is called later, once.
  virtual void find(WallTime since, std::function<void(uint64_t after_seq)> done) = 0;
  virtual JournalKept kept() const = 0;
  /// The highest seq ever committed, also by earlier runs; 0: none.
  virtual uint64_t last_committed() const = 0;
};

}  // namespace picket::hub
