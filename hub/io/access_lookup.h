// From the names in hub.toml's [access] to the ids that the kernel tells. Asks NSS, so it may
// block: at the start, and on a helper thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "hub/config.h"
#include "hub/core/access.h"

namespace picket::hub {

/// The group of the socket. Nothing: none is configured, or the default one doesn't exist on this
/// host. Error: one was chosen that doesn't exist.
Result<std::optional<gid_t>> socket_group(const HubConfig& config);

/// Error: an entry that names no user or group of this host.
Result<AccessRules> look_up_access(const HubConfig& config, std::optional<gid_t> socket_group);

/// A sentence for each entry of the configuration that names no user or group of this host, with
/// its key.
std::vector<std::string> unknown_names(const HubConfig& config);

}  // namespace picket::hub
