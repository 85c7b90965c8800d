// The header of a line in a log file, as syslog daemons write it: time, host, program, pid. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "node/auth_log/log_line.h"
#include "node/auth_log/syslog_stamp.h"

namespace picket::node {

/// A line without its line feed: "[<PRI>]STAMP [HOST] [PROCESS[[PID]]:] MESSAGE" with either stamp,
/// or as RFC 5424 has it. Nothing: it isn't one. The texts are parts of `line`.
std::optional<LogLine> parse_syslog_line(std::string_view line, StampReader& stamps);

}  // namespace picket::node
