// What would have been reported from lines of a log: counts them and prints the events in them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "node/auth_log/log_line.h"
#include "node/auth_log/read_line.h"

namespace picket::node {

using ReadLine = std::function<Reading(const LogLine& line)>;

class Scan {
 public:
  enum class Format { kText, kJson };
  using Print = std::function<void(const std::string& line)>;

  Scan(ReadLine read, Format format, Print print);

  void line(const LogLine& line);
  /// A line of a file that is no line of a log.
  void foreign_line();
  /// {"summary":{"lines":4,"events":1,"unparsed":1,"ignored":2}}
  std::string summary() const;

 private:
  ReadLine read_;
  Format format_;
  Print print_;
  uint64_t lines_ = 0;
  uint64_t events_ = 0;
  uint64_t unparsed_ = 0;
  uint64_t ignored_ = 0;
};

}  // namespace picket::node
