// A record of the hub's audit log, from the line that holds it. Pure; whether the line was changed,
// its chain says (common/audit_verify.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.h"

namespace picket {

struct AuditEntry {
  WallTime time{};
  uint64_t seq = 0;
  std::string actor;
  std::string action;
  std::string object;
  bool allowed = false;
  std::string outcome;
  std::vector<std::pair<std::string, std::string>> details;
};

/// Empty: not a record.
std::optional<AuditEntry> parse_audit_entry(std::string_view line);

}  // namespace picket
