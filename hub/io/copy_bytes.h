// Copies a stretch of a file and tells its SHA-256.
#pragma once

#include <cstdint>
#include <optional>

#include "common/sha256.h"

namespace picket::hub {

/// Reads exactly `bytes` from where `from` stands, and writes them to `to`, if any. Empty: errno
/// says why not; EIO if the file is shorter.
std::optional<Sha256> copy_bytes(int from, std::optional<int> to, uint64_t bytes);

}  // namespace picket::hub
