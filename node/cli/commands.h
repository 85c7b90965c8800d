// What picket-node can be asked to do: run (without a verb), join, doctor, check-config.
#pragma once

#include <optional>
#include <string>

#include "node/config.h"

namespace picket::node {

/// Where the configuration is and whether the person named it.
struct ConfigChoice {
  std::string path;
  bool given = false;     // a file that was named must exist; without the usual one defaults apply
  std::string log_level;  // overrides the file's; empty: doesn't
};

/// Nothing: all errors have been printed.
std::optional<NodeConfig> load_or_complain(const ConfigChoice& choice);

/// Exit status 0, 1 (failed) or 2 (configuration); errors are on stderr.
int run_agent(const ConfigChoice& choice);
int join(const ConfigChoice& choice, const std::string& token, bool replace);
int doctor();
int check_config(const ConfigChoice& choice, bool print);

}  // namespace picket::node
