// One line of the audit file: written, and taken apart again. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/sha256.h"
#include "hub/core/audit.h"

namespace picket::hub {

/// Without the newline.
std::string format_audit_line(const AuditRecord& record, WallTime time, uint64_t seq,
                              const Sha256& previous);

struct AuditLine {
  uint64_t seq = 0;
  std::string_view previous;  // hexadecimal, a part of the line
  std::string_view hash;
};

/// Empty: not a line that format_audit_line() has made, or changed since (its hash is wrong).
std::optional<AuditLine> parse_audit_line(std::string_view line);

}  // namespace picket::hub
