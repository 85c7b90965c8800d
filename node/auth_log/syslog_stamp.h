// The times at the start of a log file's lines: RFC 3339, or the traditional "Nov 20 23:08:49",
// which has neither year nor zone. Both are inferred. Reads no clock.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "common/clock.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

struct Stamp {
  WallTime time;
  v1::AuthEvent::TimeSource source = v1::AuthEvent::TIME_SOURCE_UNSPECIFIED;
};

/// For the lines of one file, in their order: an hour that a change of clocks lets come twice is
/// told apart by the line before.
class StampReader {
 public:
  /// No line was written after `reference`, but for a day that clocks may differ: the year is the
  /// newest for which that holds.
  explicit StampReader(WallTime reference) : reference_(reference) {}
  void set_reference(WallTime reference) { reference_ = reference; }
  /// The next line is hardly older than that.
  void go_on_from(WallTime last) { last_ = last; }

  /// Takes the stamp off the front of `text`, with the blank after it; nothing: `text` is
  /// unchanged.
  std::optional<Stamp> take(std::string_view& text);

 private:
  struct Minute {
    int month = -1;  // from 0
    int day = 0;
    int hour = 0;
    int minute = 0;
    bool operator==(const Minute&) const = default;
  };
  // When a minute of the local wall clock began: twice at the end of daylight saving time.
  struct Instants {
    std::array<WallTime, 2> begin{};
    std::size_t count = 0;
  };

  std::optional<Stamp> take_traditional(std::string_view& text);
  bool find_instants(const Minute& minute);
  static Instants instants_of(const Minute& minute, int year);

  WallTime reference_;
  std::optional<WallTime> last_;
  Minute known_;  // of `instants_`: lines come many a minute
  Instants instants_;
  WallTime known_reference_;
};

}  // namespace picket::node
