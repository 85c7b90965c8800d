// What picket-hub can be asked to do: run (without a verb), init, check-config.
#pragma once

#include <string>
#include <vector>

namespace picket::hub {

/// Where the configuration is and whether the person named it.
struct ConfigChoice {
  std::string path;
  bool given = false;     // a file that was named must exist; without the usual one defaults apply
  std::string log_level;  // overrides the file's; empty: doesn't
};

/// Exit status 0, 1 (failed) or 2 (configuration); errors are on stderr.
int init_hub(const ConfigChoice& choice, const std::vector<std::string>& addresses);
int run_hub(const ConfigChoice& choice);
int check_config(const ConfigChoice& choice, bool print);

}  // namespace picket::hub
