#include "node/commands/value_pattern.h"

#include <re2/re2.h>

#include "common/limits.h"

namespace picket::node {

Result<ValuePattern> ValuePattern::parse(std::string_view text) {
  if (text.size() > limits::kCommandPatternBytesMax)
    return Error{"expected at most " + std::to_string(limits::kCommandPatternBytesMax) + " bytes"};
  RE2::Options options;
  options.set_log_errors(false);
  options.set_longest_match(false);
  options.set_max_mem(limits::kCommandPatternMemoryMax);
  ValuePattern pattern;
  pattern.expression_ = std::make_shared<const RE2>(std::string(text), options);
  if (!pattern.expression_->ok())
    return Error{"not a regular expression: " + pattern.expression_->error()};
  return pattern;
}

bool ValuePattern::matches(std::string_view value) const {
  return RE2::FullMatch(value, *expression_);
}

const std::string& ValuePattern::text() const { return expression_->pattern(); }

}  // namespace picket::node
