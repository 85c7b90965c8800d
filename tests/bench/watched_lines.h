// What a program tells, and how late: the lines of its output, each with the moment in which it
// could be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/unique_fd.h"
#include "tests/support/child.h"

namespace picket::bench {

class WatchedLines {
 public:
  /// Starts `program` with its output on a pipe.
  explicit WatchedLines(const std::vector<std::string>& program);
  /// When the next line that has `text` came. Throws if none comes for 20 seconds.
  SteadyTime wait_for(const std::string& text);

 private:
  std::string next();
  void read_some();

  UniqueFd from_;
  std::optional<test::Child> program_;
  std::string rest_;
  SteadyTime came_;
};

/// The share of `delays` (milliseconds) that is no longer: 0.5 is the median.
double percentile(std::vector<double> delays, double share);
/// "p50 ... ms   p99 ... ms   max ... ms", and a line feed.
void print_delays(const std::vector<double>& delays);

}  // namespace picket::bench
