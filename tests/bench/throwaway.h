// Benches of what happens on a whole host: they must not watch, nor disturb, this one.
#pragma once

#include <string>
#include <vector>

namespace picket::bench {

/// Becomes tests/support/throwaway_host, where this program runs again with these arguments.
[[noreturn]] void run_on_throwaway_host(const std::vector<std::string>& arguments);

}  // namespace picket::bench
