#include "common/uuid.h"

#include <chrono>
#include <cinttypes>
#include <cstdio>

namespace picket {

std::string uuid_v7(WallTime now, uint64_t high, uint64_t low) {
  const auto unix_ms = static_cast<uint64_t>(to_unix_ns(now)) / 1'000'000;
  const uint64_t version = 0x7000 | (high & 0x0FFF);
  const uint64_t variant = 0x8000'0000'0000'0000 | (low & 0x3FFF'FFFF'FFFF'FFFF);
  char text[37];
  std::snprintf(text, sizeof text,
                "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%012" PRIx64,
                (unix_ms >> 16) & 0xFFFF'FFFF, unix_ms & 0xFFFF, version, variant >> 48,
                variant & 0xFFFF'FFFF'FFFF);
  return text;
}

}  // namespace picket
