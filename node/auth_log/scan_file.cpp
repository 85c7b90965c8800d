#include "node/auth_log/scan_file.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/limits.h"
#include "node/auth_log/line_splitter.h"
#include "node/auth_log/syslog_header.h"

namespace picket::node {
namespace {

WallTime reference_of(const LogBytes& bytes, WallTime now) {
  const struct stat status = bytes.status();
  if (!S_ISREG(status.st_mode)) return now;
  return std::min(now, WallTime(Seconds(status.st_mtim.tv_sec)) + Seconds(1));
}

// The lines in what the splitter was fed.
class Lines {
 public:
  Lines(StampReader stamps, std::optional<WallTime> since, Scan& scan)
      : stamps_(stamps), since_(since), scan_(scan) {}

  void take(std::string_view text) {
    ++number_;
    auto line = parse_syslog_line(text, stamps_);
    const bool old = since_ && line && line->time < *since_;
    if (!line && !since_) scan_.foreign_line();
    if (!line || old) return;
    since_.reset();  // a line that is out of order is not left out
    line->number = number_;
    scan_.line(*line);
  }

 private:
  StampReader stamps_;
  std::optional<WallTime> since_;
  Scan& scan_;
  uint64_t number_ = 0;
};

}  // namespace

Status scan_file(LogBytes bytes, std::optional<WallTime> since, WallTime now, Scan& scan) {
  LineSplitter splitter;
  Lines lines(StampReader(reference_of(bytes, now)), since, scan);
  std::array<char, limits::kLogReadBytesMax> piece;  // NOLINT(*-member-init): read() fills it
  ssize_t got = 0;
  while ((got = bytes.read(piece)) > 0) {
    splitter.feed({piece.data(), static_cast<std::size_t>(got)});
    while (const auto line = splitter.next()) lines.take(line->text);
  }
  if (const auto last = splitter.rest()) lines.take(last->text);
  if (got < 0) return Error{"damaged or cut short"};
  return {};
}

}  // namespace picket::node
