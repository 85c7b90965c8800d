// Catch2, whichever major version the distribution has: 2.13 in Debian 12, 3 in Debian 13.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

/// Ends a test that can't be run here; ctest then says "Skipped", not "Passed".
#define PICKET_SKIP(why)   \
  do {                     \
    WARN("SKIPPED: " why); \
    return;                \
  } while (false)
#define PICKET_NEEDS_ROOT() \
  if (geteuid() != 0) PICKET_SKIP("needs root")
