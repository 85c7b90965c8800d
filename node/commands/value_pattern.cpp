#include "node/commands/value_pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

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
  // Where RE2 is built with Abseil, its string_view need not be the standard one.
  return RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *expression_);
}

const std::string& ValuePattern::text() const { return expression_->pattern(); }

}  // namespace picket::node
