// Limits.
inline constexpr std::size_t kFrameBytesMax = 256 * 1024;
inline constexpr std::size_t kNewMax = 2 * kFrameBytesMax;  // expect: kNewMax is not in ARCHITECTURE.md
// inline constexpr int kOldMax = 1;
