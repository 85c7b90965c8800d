// Lengths of time in sentences for people.
#pragma once

#include <string>

#include "common/clock.h"

namespace picket {

/// Rounded down to the largest unit: "45 seconds", "3 hours", "2 days". The sign is dropped.
std::string in_words(Nanoseconds duration);

}  // namespace picket
