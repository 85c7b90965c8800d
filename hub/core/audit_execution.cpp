#include "hub/core/audit_execution.h"

#include <algorithm>

#include "common/limits.h"
#include "common/sha256.h"
#include "common/unicode.h"
#include "common/utf8.h"

namespace picket::hub {
namespace {

using Details = std::vector<std::pair<std::string, std::string>>;

/// The text itself if it is short and the record can hold it exactly; else its beginning, and what
/// tells it from any other.
std::string bounded(std::string_view text, std::size_t bytes_max = limits::kAuditValueBytesMax) {
  if (text.size() <= bytes_max && unicode::is_valid(text)) return std::string(text);
  const std::string valid = to_valid_utf8(text.substr(0, bytes_max));
  return std::string(cut_utf8(valid, bytes_max)) + "… (" + std::to_string(text.size()) +
         " bytes, SHA-256 " + to_hex(sha256(text)) + ")";
}

std::string names_of(const std::vector<std::string>& nodes) {
  std::string names;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::string next = (names.empty() ? "" : " ") + bounded(nodes[i]);
    if (names.size() + next.size() > limits::kAuditNodesBytesMax)
      return names + " and " + std::to_string(nodes.size() - i) + " more";
    names += next;
  }
  return names;
}

// A name that is there already must not hide the one before.
std::string unused(const Details& details, const std::string& name) {
  const auto is_used = [&](const std::string& candidate) {
    return std::ranges::any_of(details, [&](const auto& pair) { return pair.first == candidate; });
  };
  std::string candidate = name;
  for (int number = 2; is_used(candidate); ++number)
    candidate = name + "#" + std::to_string(number);
  return candidate;
}

void add_parameters(const AuditedRun& run, Details& details) {
  std::size_t left = run.parameters.size();
  for (const auto& [name, value] : run.parameters) {
    if (run.parameters.size() - left == limits::kAuditParametersMax) break;
    const std::string key = "parameter." + bounded(name, limits::kCommandNameBytesMax);
    details.emplace_back(unused(details, key), bounded(value));
    --left;
  }
  if (left > 0) details.emplace_back("parameters_left_out", std::to_string(left));
}

AuditRecord record_of(const AuditedRun& run, const char* action) {
  AuditRecord record{.actor = bounded(run.actor),
                     .action = action,
                     .object = bounded(run.label),
                     .allowed = true,
                     .outcome = {},
                     .details = {}};
  record.details.emplace_back("request", bounded(run.request));
  if (!run.on_behalf_of.empty())
    record.details.emplace_back("on_behalf_of", bounded(run.on_behalf_of));
  return record;
}

AuditRecord record_of(const AuditedRun& run, const AuditedExecution& execution,
                      const char* action) {
  AuditRecord record = record_of(run, action);
  record.details.emplace_back("node", bounded(execution.node));
  if (!execution.id.empty()) record.details.emplace_back("execution", bounded(execution.id));
  return record;
}

}  // namespace

AuditRecord run_requested(const AuditedRun& run) {
  AuditRecord record = record_of(run, "run.request");
  record.outcome = "requested";
  record.details.emplace_back("nodes", names_of(run.nodes));
  add_parameters(run, record.details);
  return record;
}

AuditRecord run_decided(const AuditedRun& run, const AuditedExecution& execution,
                        const std::optional<std::string>& refusal) {
  AuditRecord record = record_of(run, execution, "run.decide");
  record.allowed = !refusal;
  record.outcome = refusal ? bounded(*refusal) : "dispatched";
  return record;
}

AuditRecord run_ended(const AuditedRun& run, const AuditedExecution& execution,
                      std::string_view end, std::string_view cancelled_by) {
  AuditRecord record = record_of(run, execution, "run.end");
  record.outcome = bounded(end);
  if (!cancelled_by.empty()) record.details.emplace_back("cancelled_by", bounded(cancelled_by));
  return record;
}

}  // namespace picket::hub
