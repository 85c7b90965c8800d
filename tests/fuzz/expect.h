// How a fuzz target says that something must be so.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace picket::fuzz {

/// Ends the program unless it is: that is how a target tells of what it found.
inline void expect(bool so, const char* what) {
  if (so) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

}  // namespace picket::fuzz
