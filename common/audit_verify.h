// Checks the chain of the hub's audit log, with nothing but its files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/audit_files.h"
#include "common/result.h"

namespace picket {

struct AuditSummary {
  uint64_t records = 0;
  uint64_t first_seq = 0;  // over 1: those before were rotated away
  std::size_t files = 0;
  std::string
      last_hash;  // of the last line; to be kept elsewhere by whoever wants to find lines cut off
};

/// Checks the whole chain through all files of the log at `path`. The error names the first line
/// that breaks it.
Result<AuditSummary> verify_audit_log(const std::string& path);

/// The same through these files, which go on with each other in some order.
Result<AuditSummary> verify_audit_files(const std::vector<std::string>& paths);

/// "17 records in 2 files, 1 to 17. Last hash: …", with what is to be said of it.
std::string to_text(const AuditSummary& summary);

}  // namespace picket
