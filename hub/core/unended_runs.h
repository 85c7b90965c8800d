// Runs that earlier hubs have recorded as dispatched, and not their end, since they were killed
// within milliseconds or the log could not be written: each gets its one end there. How one ended
// the executions know; what they don't know is lost.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "common/audit_entry.h"
#include "common/deadlines.h"
#include "hub/core/audit.h"

namespace picket::hub {

class Hub;

class UnendedRuns {
 public:
  explicit UnendedRuns(Hub& hub) : hub_(hub) {}
  ~UnendedRuns();
  UnendedRuns(const UnendedRuns&) = delete;
  UnendedRuns& operator=(const UnendedRuns&) = delete;

  /// Looks through what was recorded since then, at most all that is kept of the log; answers come
  /// while the hub runs. Once.
  void find(WallTime since);

 private:
  void read();
  void on_page(const AuditPage& page);
  void take(AuditEntry entry);
  void tell_executions();
  void end_all();
  bool record_lost(const std::string& id, const AuditEntry& entry);

  Hub& hub_;
  std::shared_ptr<AuditReading> reading_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for pages that come late
  std::map<std::string, AuditEntry> dispatched_;                // and not ended, by execution
  std::set<std::string> ended_;                                 // of those that are known
  std::optional<Deadlines::Id> retry_at_;
};

}  // namespace picket::hub
