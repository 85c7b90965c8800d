// The seeds of an ordinary run, 1 to `last`; PICKET_SEEDS=FIRST-LAST runs others.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>

#include "tests/support/catch.h"

namespace picket::simulation {

inline void for_each_seed(const std::function<void(uint64_t seed)>& run, uint64_t last = 8) {
  uint64_t first = 1;
  if (const char* seeds = std::getenv("PICKET_SEEDS")) {
    const std::string range = seeds;
    first = std::stoull(range);
    last = std::stoull(range.substr(range.find('-') + 1));
  }
  for (uint64_t seed = first; seed <= last; ++seed) {
    INFO("seed " << seed);
    run(seed);
  }
}

}  // namespace picket::simulation
