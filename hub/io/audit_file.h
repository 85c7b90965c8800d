// The audit log: a file with one JSON object a line, each chained to the one before by its SHA-256,
// so that a line changed or taken out later is found. Cutting lines off at the end, or making the
// whole chain anew, can only be found by whoever has kept the last hash elsewhere.
//
//   {"time":"…","seq":7,"actor":"uid 0","action":"node.revoke","object":"web1","allowed":true,
//    "outcome":"done","details":{},"previous":"…","hash":"…"}
//
// `previous` is the SHA-256 of the whole line before, without its newline (64 zeros in the first);
// `hash` is that of the line itself up to the comma before "hash".
#pragma once

#include <cstdint>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "common/sha256.h"
#include "common/unique_fd.h"
#include "hub/core/audit.h"

namespace picket::hub {

class AuditFile final : public Audit {
 public:
  /// Opens or makes the file (0600) and goes on with its chain. What a crash left of a last line is
  /// moved to PATH.torn. Error if the last whole line isn't one of an audit file. The clock
  /// outlives the result.
  static Result<AuditFile> open(const std::string& path, const Clock& clock);

  /// See Audit. A line longer than limits::kAuditLineBytesMax is not written.
  bool record(const AuditRecord& record) override;

  /// What was set aside at opening, as a sentence for the log; empty: nothing.
  const std::string& set_aside() const { return set_aside_; }

 private:
  AuditFile(UniqueFd file, const Clock& clock) : file_(std::move(file)), clock_(&clock) {}

  UniqueFd file_;
  const Clock* clock_;
  uint64_t size_ = 0;  // bytes of whole lines
  uint64_t last_seq_ = 0;
  Sha256 previous_{};
  std::string set_aside_;
};

struct AuditSummary {
  uint64_t records = 0;
  std::string
      last_hash;  // of the last line; to be kept elsewhere by whoever wants to find lines cut off
};

/// Checks the whole chain. The error names the first line that breaks it.
Result<AuditSummary> verify_audit_file(const std::string& path);

}  // namespace picket::hub
