// picket-hub verify-audit
#include <cstdio>

#include "common/audit_verify.h"
#include "common/text.h"
#include "hub/cli/commands.h"
#include "hub/cli/load.h"

namespace picket::hub {

int verify_audit(const ConfigChoice& choice, const std::vector<std::string>& files) {
  const auto config = load_or_complain(choice, config::IfMissing::kDefaults);
  if (!config) return 2;
  const auto summary = files.empty() ? verify_audit_log(config->state_folder + "/" + kAuditFileName)
                                     : verify_audit_files(files);
  if (!summary) {
    std::fprintf(stderr, "picket-hub: %s\n", escape_for_terminal(summary.error()).c_str());
    return 1;
  }
  std::printf("%s\n", to_text(*summary).c_str());
  return 0;
}

}  // namespace picket::hub
