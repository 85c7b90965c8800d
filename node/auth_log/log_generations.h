// A log and what rotation has made of its past: auth.log, auth.log.1, auth.log.2.gz, or with dates.
// Each is known by its first line, so that a rename keeps what it is and a copy is recognised.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "node/auth_log/log_bytes.h"

namespace picket::node {

struct LogGeneration {
  std::filesystem::path path;
  LogBytes bytes;
  std::string first_line;  // with its line feed; empty: there is none yet
  std::string instance;    // of the positions in it

  /// Reads the first line anew, and the instance with it.
  void look();
  bool same_file(const struct stat& other) const;
};

/// What positions call a file whose first line that is.
std::string instance_of(std::string_view first_line);

Result<LogGeneration> open_generation(const std::filesystem::path& path);

/// All that can be read and have a first line, newest first; of one that is being compressed only
/// the plain file.
std::vector<LogGeneration> generations_of(const std::filesystem::path& log);

/// Names of rotated logs are older the further behind: "auth.log" < "auth.log.1" < "auth.log.2.gz";
/// "auth.log-20261120" < "auth.log-20261113.gz". Nothing: `name` is no generation of `log`. Pure.
std::optional<std::string> age_of(std::string_view log, std::string_view name);

/// Until when lines may have been written to it.
WallTime written_until(const LogGeneration& generation, WallTime now);
/// True if the log's file is older than the lines that `read`, an earlier generation, begins with:
/// they were written to it, copied, and it was truncated, not replaced.
bool truncated_in_place(const LogGeneration& read, const LogGeneration& log, WallTime now);

/// When its first line was written, if that says so.
std::optional<WallTime> first_time(const LogGeneration& generation, WallTime now);

}  // namespace picket::node
