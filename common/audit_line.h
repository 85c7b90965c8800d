// The fixed parts of a line of the hub's audit log, around what the hub says in it: time and number
// before, the chain after. Pure; what stands between them is the hub's.
//
//   {"time":"…","seq":7, … ,"previous":"…","hash":"…"}
//
// `previous` is the SHA-256 of the whole line before, without its newline (64 zeros in the first);
// `hash` is that of the line itself up to the comma before "hash".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/sha256.h"

namespace picket {

std::string begin_audit_line(WallTime time, uint64_t seq);
/// What follows begin_audit_line() in the first record of a file that goes on with the chain of
/// another: so a file whose first lines were cut off is told from one that others came before.
std::string_view first_audit_members();
void end_audit_line(std::string& line, const Sha256& previous);

/// Where a record stands; the times compare as texts.
struct AuditPlace {
  uint64_t seq = 0;
  std::string_view time;  // RFC 3339 in UTC with nanoseconds, a part of the line
};

/// By the line's beginning alone, which may have been changed. Empty: it begins otherwise.
std::optional<AuditPlace> audit_place(std::string_view line);

struct AuditLine {
  AuditPlace place;
  bool begins_file = false;   // see first_audit_members()
  std::string_view previous;  // hexadecimal, a part of the line
  std::string_view hash;
};

/// Empty: not a line as these functions make it, or changed since (its hash is wrong).
std::optional<AuditLine> parse_audit_line(std::string_view line);

}  // namespace picket
