// A regular expression of the allowlist (RE2: its time grows with the text, whatever the expression
// is). Bounded in memory, and it has to match the whole text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace re2 {
class RE2;
}

namespace picket::node {

class ValuePattern {
 public:
  static Result<ValuePattern> parse(std::string_view text);

  bool matches(std::string_view value) const;
  const std::string& text() const;

 private:
  std::shared_ptr<const re2::RE2> expression_;
};

}  // namespace picket::node
