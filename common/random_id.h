// Names for things that must not be confused with others: a run of a program.
#pragma once

#include <string>

namespace picket {

/// 16 random hexadecimal digits.
std::string random_id();

}  // namespace picket
