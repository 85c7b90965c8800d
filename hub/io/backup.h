// All that a hub is, in one file: keys, identities, audit file and journal. Made while the hub runs
// or doesn't; without the configuration, which is the administrator's.
#pragma once

#include <cstdint>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "hub/io/backup_manifest.h"

namespace picket::hub {

/// Backs up the hub in `folder` to `file` (0600), which comes to be whole or not at all; an older
/// one of that name is replaced. The journal is copied as it is at one moment, within the state
/// folder first: as much room as it takes must be free there. Root reads as the folder's owner.
Result<BackupManifest> back_up(const std::string& folder, const std::string& file, WallTime now);

}  // namespace picket::hub
