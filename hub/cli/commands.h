// What picket-hub can be asked to do: run (without a verb), init, check-config.
#pragma once

#include <string>
#include <vector>

namespace picket::hub {

/// Where the configuration is and whether the person named it.
struct ConfigChoice {
  std::string path;
  bool given = false;  // a file that was named must exist; without the usual one defaults apply
  // These override the file's; empty: they don't.
  std::string log_level;
  std::vector<std::string> listen;
  std::string socket;
};

/// Exit status 0, 1 (failed) or 2 (configuration); errors are on stderr.
int init_hub(const ConfigChoice& choice, const std::vector<std::string>& addresses);
int run_hub(const ConfigChoice& choice);
int check_config(const ConfigChoice& choice, bool print);

}  // namespace picket::hub
