#include "common/audit_entry.h"

#include "common/json_fields.h"
#include "common/rfc3339.h"

namespace picket {
namespace {

using json::Json;

bool take(const Json& object, const char* name, std::string& text) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return false;
  text = found->get<std::string>();
  return true;
}

bool take_time(const Json& object, WallTime& time) {
  std::string text;
  if (!take(object, "time", text)) return false;
  const auto parsed = parse_rfc3339(text);
  if (parsed) time = *parsed;
  return parsed.has_value();
}

bool take_seq(const Json& object, uint64_t& seq) {
  const auto found = object.find("seq");
  if (found == object.end() || !found->is_number_unsigned()) return false;
  seq = found->get<uint64_t>();
  return true;
}

bool take_allowed(const Json& object, bool& allowed) {
  const auto found = object.find("allowed");
  if (found == object.end() || !found->is_boolean()) return false;
  allowed = found->get<bool>();
  return true;
}

bool take_details(const Json& object, AuditEntry& entry) {
  const auto found = object.find("details");
  if (found == object.end() || !found->is_object()) return false;
  for (const auto& [name, value] : found->items()) {
    if (!value.is_string()) return false;
    entry.details.emplace_back(name, value.get<std::string>());
  }
  return true;
}

}  // namespace

std::optional<AuditEntry> parse_audit_entry(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  AuditEntry entry;
  const bool whole = object.is_object() && take_time(object, entry.time) &&
                     take_seq(object, entry.seq) && take(object, "actor", entry.actor) &&
                     take(object, "action", entry.action) && take(object, "object", entry.object) &&
                     take_allowed(object, entry.allowed) &&
                     take(object, "outcome", entry.outcome) && take_details(object, entry);
  if (!whole) return std::nullopt;
  return entry;
}

}  // namespace picket
