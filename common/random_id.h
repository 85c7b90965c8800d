// Names for things that must not be confused with others: a run of a program.
#pragma once

#include <cstdint>
#include <string>

namespace picket {

/// 16 random hexadecimal digits.
std::string random_id();
/// 64 random bits.
uint64_t random_number();

}  // namespace picket
