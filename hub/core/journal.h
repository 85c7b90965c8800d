// The hub's bounded, ordered log of updates as the core sees it: it is handed encoded frames and
// answers later. Implementations: in memory (hub/io), and in the tests one that delays and forgets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"

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

/// What a read found. Entries are ascending; `gap_first`..`gap_last` (0: none) is what lies before
/// them but is no longer kept.
struct JournalPage {
  std::vector<JournalEntryPtr> entries;
  uint64_t gap_first = 0;
  uint64_t gap_last = 0;
  bool at_end = false;  // nothing newer was stored when this was read
};

struct JournalKept {
  uint64_t oldest_seq = 0;  // 0: none
  uint64_t updates = 0;
  uint64_t bytes = 0;
};

/// Who hears of the journal's progress; called on the loop's thread, never from within a call to
/// it.
class JournalListener {
 public:
  virtual ~JournalListener() = default;
  /// Everything up to `seq` is on stable storage.
  virtual void committed(uint64_t seq) = 0;
  /// The storage refuses or takes again (full, read-only, I/O error).
  virtual void storing_changed(bool storing, const std::string& reason) = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;
  virtual void set_listener(JournalListener& listener) = 0;
  /// Takes entries with rising seq; committed() follows, later.
  virtual void append(std::vector<JournalEntryPtr> entries) = 0;
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
