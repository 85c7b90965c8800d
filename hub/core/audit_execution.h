// What the audit log says of a command that is run: the request, for each node whether it may run
// there, and how it ended. All texts may come from outside: here they are bounded, so that each
// record fits a line; the log escapes them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/core/audit.h"

namespace picket::hub {

/// One request to run a command, on one node or many.
struct AuditedRun {
  std::string actor;         // "uid 1000", by the kernel
  std::string on_behalf_of;  // "telegram:12345", as that client says; empty: for itself
  std::string request;       // what its records have in common
  std::string label;
  std::vector<std::string> nodes;  // for which it was asked
  std::vector<std::pair<std::string, std::string>> parameters;
};

/// One node's part of it.
struct AuditedExecution {
  std::string node;
  std::string id;  // of the execution; empty: it has none
};

/// "run.request": before anything is decided.
AuditRecord run_requested(const AuditedRun& run);

/// "run.decide": before it is dispatched, to one node; `refusal` says why it isn't, none: it is.
AuditRecord run_decided(const AuditedRun& run, const AuditedExecution& execution,
                        const std::optional<std::string>& refusal);

/// "run.end": `end` is "exited 0", "signaled 15", "timed out", "cancelled", "lost: ...".
/// `cancelled_by`: "uid 1000"; empty: nobody did.
AuditRecord run_ended(const AuditedRun& run, const AuditedExecution& execution,
                      std::string_view end, std::string_view cancelled_by);

}  // namespace picket::hub
