// Text of /proc taken apart. Pure; a line that isn't understood is nobody's.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picket::node {

/// /proc/PID/stat, see proc(5).
struct ProcStat {
  pid_t pid = 0;
  std::string command;  // at most 15 bytes; the process may have chosen it
  char state = '?';
  pid_t parent = 0;
  pid_t session = 0;
  uint32_t tty_device = 0;
  uint64_t start_ticks = 0;  // after boot
};
std::optional<ProcStat> parse_stat(std::string_view text);

/// What is needed of /proc/PID/status.
struct ProcStatus {
  uint32_t uid = 0;           // real
  bool in_container = false;  // lives in a pid namespace below that of this /proc
};
std::optional<ProcStatus> parse_status(std::string_view text);

/// "btime" of /proc/stat: when the host booted, in seconds since the epoch.
std::optional<int64_t> parse_boot_time(std::string_view text);

}  // namespace picket::node
