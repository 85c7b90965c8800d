// Lines of sshd as rsyslog writes them to a file that a node reads; only on a throw-away host.
#pragma once

#include <fstream>
#include <string>

#include "common/rfc3339.h"
#include "common/system_clock.h"
#include "tests/support/throwaway_host.h"

namespace picket::test {

inline constexpr char kAuthLogFile[] = "/var/log/auth.log";

/// `pid`: the same for all lines of one attempt to log in.
inline std::string sshd_line(const std::string& message, int pid = 7,
                             const std::string& host = "host") {
  return to_rfc3339(SystemClock().wall(), 6) + " " + host + " sshd[" + std::to_string(pid) +
         "]: " + message + "\n";
}

/// The whole log.
inline void write_log(const std::string& lines) {
  must_be_throwaway_host();
  std::ofstream(kAuthLogFile) << lines << std::flush;
}

inline void append_log(const std::string& lines, const std::string& file = kAuthLogFile) {
  must_be_throwaway_host();
  std::ofstream(file, std::ios::app) << lines << std::flush;
}

}  // namespace picket::test
