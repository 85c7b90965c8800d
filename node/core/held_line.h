// A line that outlives the asking of its source: what is read once more when an answer has come.
#pragma once

#include <array>
#include <string>

#include "node/auth_log/log_source.h"

namespace picket::node {

class HeldLine {
 public:
  explicit HeldLine(const SourcedLine& borrowed);
  HeldLine(const HeldLine&) = delete;
  HeldLine& operator=(const HeldLine&) = delete;

  /// Its texts live as long as this object.
  const SourcedLine& get() const { return line_; }

 private:
  SourcedLine line_;
  std::array<std::string, 6> texts_;
};

}  // namespace picket::node
