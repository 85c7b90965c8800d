#include "hub/io/audit_line.h"

#include "common/json_text.h"

namespace picket::hub {
namespace {

void append_member(std::string& line, std::string_view name, std::string_view value) {
  line.push_back(',');
  append_json_string(line, name);
  line.push_back(':');
  append_json_string(line, value);
}

std::string format_details(const AuditRecord& record) {
  std::string text;
  for (const auto& [name, value] : record.details) append_member(text, name, value);
  return "{" + (text.empty() ? text : text.substr(1)) + "}";
}

}  // namespace

std::string format_audit_line(const AuditRecord& record, WallTime time, uint64_t seq,
                              const Sha256& previous) {
  std::string line = begin_audit_line(time, seq);
  append_member(line, "actor", record.actor);
  append_member(line, "action", record.action);
  append_member(line, "object", record.object);
  line += R"(,"allowed":)";
  line += record.allowed ? "true" : "false";
  append_member(line, "outcome", record.outcome);
  line += R"(,"details":)" + format_details(record);
  end_audit_line(line, previous);
  return line;
}

AuditRecord first_audit_record() {
  return {.actor = "hub",
          .action = "audit.rotate",
          .object = {},
          .allowed = true,
          .outcome = "done",
          .details = {}};
}

}  // namespace picket::hub
