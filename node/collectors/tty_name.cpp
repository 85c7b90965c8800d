#include "node/collectors/tty_name.h"

namespace picket::node {
namespace {

struct Range {
  uint32_t major;
  uint32_t first_minor;
  uint32_t last_minor;
  uint32_t first_number;
  const char* prefix;
};

// Documentation/admin-guide/devices.txt of the kernel. Pseudo-terminals number on through majors
// 136 to 143; today's kernels give them all to 136.
constexpr Range kRanges[] = {
    {4, 0, 63, 0, "tty"},        {4, 64, 255, 0, "ttyS"},     {136, 0, 0xFFFFF, 0, "pts/"},
    {137, 0, 255, 256, "pts/"},  {138, 0, 255, 512, "pts/"},  {139, 0, 255, 768, "pts/"},
    {140, 0, 255, 1024, "pts/"}, {141, 0, 255, 1280, "pts/"}, {142, 0, 255, 1536, "pts/"},
    {143, 0, 255, 1792, "pts/"}, {166, 0, 255, 0, "ttyACM"},  {188, 0, 255, 0, "ttyUSB"},
    {204, 64, 79, 0, "ttyAMA"},  {229, 0, 255, 0, "hvc"},
};

}  // namespace

std::string tty_name(uint32_t device) {
  if (device == 0) return "";
  const uint32_t major = (device >> 8) & 0xFFF;
  const uint32_t minor = (device & 0xFF) | ((device >> 12) & 0xFFF00);
  if (major == 5 && minor == 1) return "console";
  for (const Range& range : kRanges) {
    if (major != range.major || minor < range.first_minor || minor > range.last_minor) continue;
    return range.prefix + std::to_string(minor - range.first_minor + range.first_number);
  }
  return std::to_string(major) + ":" + std::to_string(minor);
}

}  // namespace picket::node
