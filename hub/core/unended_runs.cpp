#include "hub/core/unended_runs.h"

#include <algorithm>
#include <utility>

#include "hub/core/audit_execution.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

std::string detail(const AuditEntry& entry, std::string_view name) {
  const auto found =
      std::ranges::find_if(entry.details, [&](const auto& pair) { return pair.first == name; });
  return found == entry.details.end() ? std::string() : found->second;
}

}  // namespace

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
  for (const auto& line : page.lines)
    if (auto entry = parse_audit_entry(line)) take(*std::move(entry));
  if (!page.at_end && page.trouble.empty()) return read();
  // What can't be read may say of any of them that it has ended.
  if (page.trouble.empty()) end_all();
  dispatched_.clear();
  reading_.reset();
}

void UnendedRuns::take(AuditEntry entry) {
  const std::string id = detail(entry, "execution");
  if (id.empty()) return;
  if (entry.action == "run.decide" && entry.allowed) dispatched_[id] = std::move(entry);
  if (entry.action == "run.end") dispatched_.erase(id);
}

void UnendedRuns::end_all() {
  for (const auto& [id, entry] : dispatched_) {
    if (hub_.executions().find(id) != nullptr) continue;
    const AuditedRun run{.actor = entry.actor,
                         .on_behalf_of = detail(entry, "on_behalf_of"),
                         .request = detail(entry, "request"),
                         .label = entry.object,
                         .nodes = {},
                         .parameters = {}};
    // Without a record there is only its begin, as before: the next start looks again.
    (void)hub_.audit().record_soon(run_ended(
        run, {detail(entry, "node"), id}, "lost: the hub ended before it had stored this run", {}));
  }
}

}  // namespace picket::hub
