// The name of a terminal by its device number, as /proc/PID/stat gives it. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace picket::node {

/// "pts/3", "tty1", "ttyS0"; "4:200" for a device not known here; empty for 0, no terminal.
std::string tty_name(uint32_t device);

}  // namespace picket::node
