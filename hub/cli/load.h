// The configuration as chosen on the command line, or its errors on stderr.
#pragma once

#include <optional>

#include "common/config_cli.h"
#include "hub/cli/commands.h"
#include "hub/config.h"

namespace picket::hub {

/// Nothing: all errors have been printed.
std::optional<HubConfig> load_or_complain(const ConfigChoice& choice, config::IfMissing if_missing);
/// The same; a file that was named must exist.
std::optional<HubConfig> load_or_complain(const ConfigChoice& choice);
/// The file and its errors; a user or group that this host doesn't have is one. May block.
config::Loaded<HubConfig> load_checked(const ConfigChoice& choice);
/// The same, its errors printed: with any the hub would not start.
std::optional<HubConfig> check_or_complain(const ConfigChoice& choice);

}  // namespace picket::hub
