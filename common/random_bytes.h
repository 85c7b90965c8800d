// Random bytes fit for keys and tokens, from the operating system through OpenSSL.
#pragma once

#include <cstddef>

#include "common/secret.h"

namespace picket {

/// Throws std::runtime_error if the system has no randomness to give: nothing can go on without.
Secret random_bytes(std::size_t count);

}  // namespace picket
