// What picket-node can be asked to do: run (without a verb), join, doctor, check-config.
#pragma once

#include <string>

#include "common/config_cli.h"
#include "node/config.h"

namespace picket::node {

/// Exit status 0, 1 (failed) or 2 (configuration); errors are on stderr.
int run_agent(const config::Choice& choice);
int join(const config::Choice& choice, const std::string& token, bool replace);
int doctor();

}  // namespace picket::node
