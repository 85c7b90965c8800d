// A log of this host as a source of lines, each with its position. It is pulled, never pushes:
// whoever may send no more stops asking, and the log itself is the buffer. It knows nothing of what
// lines mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/clock.h"
#include "node/auth_log/log_line.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

/// Where to begin: with what is written from now on, with all lines not older than an instant, or
/// after a position (whose `part` the caller minds: the source goes on after its whole line).
struct FromNow {};
using LogStart = std::variant<FromNow, WallTime, v1::LogPosition>;

/// Lines that were never read and never will be, or may be such: between two instants, as far as
/// they are known.
struct LogGap {
  std::string reason;  // one clause for a person
  std::optional<WallTime> from;
  std::optional<WallTime> to;
};

/// Borrowed: valid until the source is asked again.
struct SourcedLine {
  std::optional<LogLine> line;  // nothing: not a line of a log; its position counts all the same
  std::string_view instance;
  uint64_t offset = 0;
  std::optional<LogGap> gap;  // what is missing right before this line
};

struct NoMoreNow {};  // ask again after a wake, or at leisure
struct AskAgain {};   // a bounded piece of work was done, and there is more to do
using LogStep = std::variant<NoMoreNow, AskAgain, SourcedLine>;

class LogSource {
 public:
  virtual ~LogSource() = default;
  /// As in positions: "journald", or the path of the file.
  virtual std::string_view name() const = 0;
  /// Looks now; ok only if lines could really be read.
  virtual v1::CollectorHealth health() = 0;
  /// Where that can't be exactly, it goes on by time and the next line says what is missing. Not
  /// readable yet: it begins there as soon as it is.
  virtual void start_at(const LogStart& start) = 0;
  /// The next line if there is one, at once: it never waits, and looks anew each time, so asking in
  /// a burst mostly sees a line sooner than wake_fd() tells of it.
  virtual LogStep next() = 0;
  /// Readable when there may be more; then woken() is due. -1: there is none, ask now and then
  /// (which is due anyhow, seldom: no wake is perfectly reliable). May change in woken() and
  /// next().
  virtual int wake_fd() const = 0;
  virtual void woken() = 0;
};

}  // namespace picket::node
