// picket audit [--since WHEN], picket audit verify [FILE...]
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/lib/json.h"
#include "common/audit_entry.h"
#include "common/audit_verify.h"
#include "common/since.h"
#include "common/text.h"

namespace picket::cli {
namespace {

struct AuditOptions {
  std::string since;
  std::vector<std::string> files;
};

// As JSON the line stands as it is in the file. The hub has escaped all that a terminal acts on;
// what somebody else wrote there is escaped now.
std::string shown(const std::string& line, const Context& context) {
  if (context.json) return escape_for_terminal(line) + "\n";
  const auto entry = parse_audit_entry(line);
  return entry ? to_line(*entry, context.screen) : no_record_line(line, context.screen);
}

ExitCode list_audit(Context& context, const AuditOptions& options) {
  v1::ClientToHub request;
  auto& order = *request.mutable_list_audit();
  if (!options.since.empty()) {
    const auto since = parse_since(options.since, context.clock.wall());
    if (!since) return report_usage(context, "--since: " + since.error());
    order.set_since_unix_ns(to_unix_ns(*since));
  }
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (item.has_audit_line()) context.out.write(shown(item.audit_line().line(), context));
  });
  return failure ? report(context, *failure) : ExitCode::kDone;
}

// What to do about files that can't be found or read.
std::string advice() {
  if (access(kAuditPathDefault, R_OK) == 0) return {};
  if (errno == EACCES) return "; only root and the hub's user may read it: use sudo";
  return "; name the files, or use picket-hub verify-audit, which knows where the hub has them";
}

ExitCode verify(Context& context, const AuditOptions& options) {
  if (!options.since.empty()) return report_usage(context, "--since doesn't go with verify");
  const bool own = options.files.empty();
  const auto summary =
      own ? verify_audit_log(kAuditPathDefault) : verify_audit_files(options.files);
  if (!summary) {
    context.err.write("picket: " + escape_for_terminal(summary.error() + (own ? advice() : "")) +
                      "\n");
    return ExitCode::kFailed;
  }
  context.out.write((context.json ? client::to_json(*summary) : to_text(*summary)) + "\n");
  return ExitCode::kDone;
}

}  // namespace

Run set_up_audit(CLI::App& app) {
  const auto options = std::make_shared<AuditOptions>();
  app.add_option("--since", options->since, "Only what was recorded since: 7d, yesterday, a time")
      ->type_name("WHEN");
  auto* verifying = app.add_subcommand(
      "verify", "Check that no record was changed, added or taken out; needs no hub");
  verifying
      ->add_option("files", options->files,
                   "Files of one audit log, in any order; by default the hub's on this host")
      ->type_name("FILE");
  return [options, verifying](Context& context) {
    return verifying->parsed() ? verify(context, *options) : list_audit(context, *options);
  };
}

}  // namespace picket::cli
