// Whether this is a host that may be spoilt: a hidden test that is run by its name alone, on the
// machine itself, would add users there and write over its logs.
#pragma once

#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace picket::test {

/// Fails the test if it doesn't run in tests/support/throwaway_host, which names its hosts so.
inline void must_be_throwaway_host() {
  std::array<char, 64> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 ||
      std::string_view(name.data()) != "throwaway") {
    throw std::runtime_error("this is no host of its own: run it in tests/support/throwaway_host");
  }
}

}  // namespace picket::test
