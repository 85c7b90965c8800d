// How long ago the machine was started.
#pragma once

#include "common/clock.h"

namespace picket {

/// Its sleep included (CLOCK_BOOTTIME).
Nanoseconds since_boot();

}  // namespace picket
