// Runs that an earlier hub has recorded as dispatched and then, killed within milliseconds, did not
// store: the audit log is told that they are lost, so that each has its end there.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/audit_entry.h"
#include "hub/core/audit.h"

namespace picket::hub {

class Hub;

class UnendedRuns {
 public:
  explicit UnendedRuns(Hub& hub) : hub_(hub) {}

  /// Looks through what was recorded since then; answers come while the hub runs. Once.
  void find(WallTime since);

 private:
  void read();
  void on_page(const AuditPage& page);
  void take(AuditEntry entry);
  void end_all();

  Hub& hub_;
  std::shared_ptr<AuditReading> reading_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for pages that come late
  std::map<std::string, AuditEntry> dispatched_;                // by execution
};

}  // namespace picket::hub
