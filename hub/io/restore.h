// A hub made from its backup: all of it, or nothing.
#pragma once

#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "hub/io/backup_manifest.h"

namespace picket::hub {

/// Makes `folder`, which must be absent or empty, a hub from the backup `file`. Everything is
/// checked before the folder comes to be: version, checksums, that the parts are one hub's, and
/// that this host's clock is not before the backup's, since a hub's sequence numbers go on by it.
/// If root does it, all belongs to the owner of the empty folder.
Result<BackupManifest> restore(const std::string& file, const std::string& folder,
                               const Clock& clock);

}  // namespace picket::hub
