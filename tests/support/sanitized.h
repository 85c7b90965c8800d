// Whether this build's memory and wake-ups are the program's own, or its sanitizer's as well.
#pragma once

namespace picket::test {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace picket::test
