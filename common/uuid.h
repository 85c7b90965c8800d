// Ids that nobody else makes, in the order of the time at which they were made: UUID version 7,
// RFC 9562 section 5.7. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "common/clock.h"

namespace picket {

/// "0192f0c4-7a3b-7c11-9d2e-5b1f0a9c3e77"; of `high` 12 bits are used and of `low` 62.
std::string uuid_v7(WallTime now, uint64_t high, uint64_t low);

}  // namespace picket
