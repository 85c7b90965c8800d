#include "common/since_boot.h"

#include <ctime>

namespace picket {

Nanoseconds since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return Seconds(now.tv_sec) + Nanoseconds(now.tv_nsec);
}

}  // namespace picket
