// What picket-hub can be asked to do: run (without a verb), init, check-config.
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

/// Exit status 0, 1 (failed) or 2 (configuration); errors are on stderr.
int init_hub(const ConfigChoice& choice, const std::vector<std::string>& addresses);
int run_hub(const ConfigChoice& choice);

}  // namespace picket::hub
