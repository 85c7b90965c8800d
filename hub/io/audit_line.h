// A record as a line of the audit file; common/audit_line.h takes it apart again. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "common/audit_line.h"
#include "common/clock.h"
#include "common/sha256.h"
#include "hub/core/audit.h"

namespace picket::hub {

/// Without the newline.
std::string format_audit_line(const AuditRecord& record, WallTime time, uint64_t seq,
                              const Sha256& previous);

/// The record with which a file begins that goes on with the chain of another.
AuditRecord first_audit_record();

}  // namespace picket::hub
