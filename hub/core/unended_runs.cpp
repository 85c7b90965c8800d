#include "hub/core/unended_runs.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "hub/core/audit_execution.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

// In all lines of runs, as the log writes them: the others need not be parsed.
constexpr char kOfRuns[] = R"("action":"run.)";

std::string detail(const AuditEntry& entry, std::string_view name) {
  const auto found =
      std::ranges::find_if(entry.details, [&](const auto& pair) { return pair.first == name; });
  return found == entry.details.end() ? std::string() : found->second;
}

}  // namespace

UnendedRuns::~UnendedRuns() {
  if (retry_at_) hub_.deadlines().cancel(*retry_at_);
}

void UnendedRuns::find(WallTime since) {
  reading_ = hub_.audit().read(since);
  read();
}

void UnendedRuns::read() {
  reading_->next([this, alive = std::weak_ptr(alive_)](const AuditPage& page) {
    if (alive.lock()) on_page(page);
  });
}

void UnendedRuns::on_page(const AuditPage& page) {
  for (const auto& line : page.lines) {
    if (line.find(kOfRuns) == std::string::npos) continue;
    if (auto entry = parse_audit_entry(line)) take(*std::move(entry));
  }
  if (!page.at_end && page.trouble.empty()) return read();
  reading_.reset();
  // What can't be read may say of any of them that it has ended: then the rows are believed.
  if (!page.trouble.empty()) dispatched_.clear();
  if (page.trouble.empty()) tell_executions();
  hub_.executions().on_log_read();
  end_all();
}

void UnendedRuns::take(AuditEntry entry) {
  const std::string id = detail(entry, "execution");
  if (id.empty()) return;
  if (entry.action == "run.end") {
    dispatched_.erase(id);
    if (hub_.executions().find(id) != nullptr) ended_.insert(id);
  } else if (entry.action == "run.decide" && entry.allowed) {
    dispatched_[id] = std::move(entry);
  }
}

void UnendedRuns::tell_executions() {
  for (const auto& id : ended_) hub_.executions().on_found_in_log(id, true);
  ended_.clear();
  std::erase_if(dispatched_, [this](const auto& entry) {
    if (hub_.executions().find(entry.first) == nullptr) return false;
    hub_.executions().on_found_in_log(entry.first, false);
    return true;
  });
}

void UnendedRuns::end_all() {
  std::erase_if(dispatched_,
                [this](const auto& entry) { return record_lost(entry.first, entry.second); });
  if (dispatched_.empty()) return;
  retry_at_ = hub_.deadlines().at(hub_.clock().steady() + limits::kAuditRepairRetry, [this] {
    retry_at_.reset();
    end_all();
  });
}

bool UnendedRuns::record_lost(const std::string& id, const AuditEntry& entry) {
  const AuditedRun run{.actor = entry.actor,
                       .on_behalf_of = detail(entry, "on_behalf_of"),
                       .request = detail(entry, "request"),
                       .label = entry.object,
                       .nodes = {},
                       .parameters = {}};
  return hub_.audit().record_soon(run_ended(
      run, {detail(entry, "node"), id}, "lost: the hub ended before it had stored this run", {}));
}

}  // namespace picket::hub
