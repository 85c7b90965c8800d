// The auth log as a file that a syslog daemon writes and something rotates: by a rename, by copying
// and truncating, in any number of generations while nobody read. Attests nothing of who wrote a
// line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "node/auth_log/line_splitter.h"
#include "node/auth_log/log_file_wake.h"
#include "node/auth_log/log_generations.h"
#include "node/auth_log/log_source.h"
#include "node/auth_log/syslog_stamp.h"

namespace picket::node {

inline constexpr std::string_view kLogFilePaths[] = {"/var/log/auth.log", "/var/log/secure"};

class LogFile final : public LogSource {
 public:
  /// `path` is as on the host; it is looked for below `root`.
  LogFile(std::filesystem::path root, std::string path, const Clock& clock);

  std::string_view name() const override { return path_; }
  v1::CollectorHealth health() override;
  void start_at(const LogStart& start) override;
  LogStep next() override;
  int wake_fd() const override { return wake_.fd(); }
  void woken() override;

 private:
  using Generations = std::vector<LogGeneration>;

  // Where to begin is known but there was nothing to begin with yet.
  bool begin();
  bool begin_at(FromNow now);
  bool begin_at(WallTime since);
  bool begin_at(const v1::LogPosition& position);
  bool begin_by_time(const v1::LogPosition& position, const std::string& reason);
  void open(LogGeneration generation, uint64_t offset);

  std::optional<LogStep> next_line();
  bool wanted(const LineSplitter::Line& line, const std::optional<LogLine>& parsed) const;
  LogStep read_more();
  bool was_truncated() const;
  void go_on_after_truncation();
  bool newest() const;
  /// `is_readable`: what was read now could be read, to its end.
  bool move_on(bool is_readable);
  Generations::iterator find_reading(Generations& generations) const;
  bool begin_after_loss(Generations generations);
  void lose(std::string reason, std::optional<WallTime> from);

  std::filesystem::path root_;
  std::string path_;
  std::filesystem::path file_;  // below the root
  const Clock& clock_;
  LogFileWake wake_;

  std::optional<LogStart> start_;  // not begun yet
  std::optional<LogGeneration> reading_;
  LineSplitter lines_;
  StampReader stamps_;
  std::optional<WallTime> since_;  // older lines are passed over
  uint64_t after_ = 0;             // those that end until there, too
  std::optional<WallTime> last_time_;
  std::optional<LogGap> gap_;              // before the next line
  std::optional<std::string> gap_at_end_;  // of what is being read
};

/// Which of `paths` is there below `root`; the first, if none is.
std::string log_file_of(const std::filesystem::path& root);

}  // namespace picket::node
