// The record of every decision that changes something, and of every command that is run. The hub's
// io chains the records by hash and writes them to files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"

namespace picket::hub {

struct AuditRecord {
  std::string actor;   // "uid 1000", "node web1", "join 192.0.2.7"
  std::string action;  // "token.create", "node.revoke", "node.join", "run.request", ...
  std::string object;  // node or token id; of a run its label
  bool allowed = false;
  std::string outcome;  // "done", or why not
  std::vector<std::pair<std::string, std::string>> details;
};

/// Some of the log's lines, as they stand in it, without their ends.
struct AuditPage {
  std::vector<std::string> lines;
  bool at_end = false;
  std::string trouble;  // why reading ends before the end; empty: it doesn't
};

/// The log being read, from the oldest record on.
class AuditReading {
 public:
  virtual ~AuditReading() = default;
  /// A few of the next lines, perhaps none yet. `done` is called later, once, unless the hub stops;
  /// not again before it was.
  virtual void next(std::function<void(AuditPage)> done) = 0;
};

class Audit {
 public:
  virtual ~Audit() = default;
  /// On stable storage when it returns; false: it could not be written, and what it would record
  /// must not be done.
  [[nodiscard]] virtual bool record(const AuditRecord& record) = 0;
  /// The same, but on stable storage only soon after it returns: for what is often, and must not
  /// wait for the disk. It outlasts the hub's process, not yet its host. While what was recorded so
  /// can't be stored, both refuse.
  [[nodiscard]] virtual bool record_soon(const AuditRecord& record) = 0;
  /// Why nothing can be recorded, as a sentence for a person; empty: all is well.
  virtual std::string trouble() const = 0;
  /// What was recorded by now, at `since` or later by the hub's clock.
  virtual std::shared_ptr<AuditReading> read(WallTime since) = 0;
};

}  // namespace picket::hub
