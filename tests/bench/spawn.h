// Programs that a bench runs to their end; what they print goes nowhere.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace picket::bench {

using Words = std::vector<std::string>;

/// Throws unless it exits with 0.
void spawn(const Words& words);

/// As many of it as asked for, all started before the first is waited for.
void spawn_at_once(const Words& words, std::size_t count);

}  // namespace picket::bench
