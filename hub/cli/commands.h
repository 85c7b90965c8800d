// What picket-hub can be asked to do: run (without a verb), init, backup, restore, verify-audit,
// check-config.
#pragma once

#include <string>
#include <vector>

#include "common/config_cli.h"

namespace picket::hub {

struct ConfigChoice : config::Choice {
  // These override the file's; empty: they don't.
  std::vector<std::string> listen;
  std::string socket;
};

/// Exit status 0, 1 (failed), 2 (configuration) or config::kExitNotSetUp; errors are on stderr.
int init_hub(const ConfigChoice& choice, const std::vector<std::string>& addresses);
int back_up_hub(const ConfigChoice& choice, const std::string& file);
int restore_hub(const ConfigChoice& choice, const std::string& file);
/// The files named, or else those in the state folder.
int verify_audit(const ConfigChoice& choice, const std::vector<std::string>& files);
int run_hub(const ConfigChoice& choice);

}  // namespace picket::hub
