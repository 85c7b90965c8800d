#include "node/commands/parameter.h"

#include <algorithm>
#include <charconv>

#include "common/limits.h"
#include "node/commands/safe_text.h"

namespace picket::node {
namespace {

constexpr std::size_t kChoicesShown = 10;

struct Checker {
  const Parameter& parameter;
  std::string_view value;

  Status operator()(const OneOf& rule) const {
    if (std::ranges::find(rule.values, value) != rule.values.end()) return {};
    std::string choices;
    for (std::size_t i = 0; i < rule.values.size() && i < kChoicesShown; ++i)
      choices += (i == 0 ? "" : ", ") + rule.values[i];
    return Error{"expected one of: " + choices +
                 (rule.values.size() > kChoicesShown ? ", ..." : "")};
  }

  Status operator()(const Matching& rule) const {
    if (value.size() > rule.bytes_max)
      return Error{"expected at most " + std::to_string(rule.bytes_max) + " bytes"};
    if (value.empty() && !parameter.allow_empty) return Error{"expected a value that is not empty"};
    if (rule.pattern.matches(value)) return {};
    return Error{"expected what matches " + rule.pattern.text()};
  }

  Status operator()(const WholeNumber& rule) const {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool fits = error == std::errc() && end == value.data() + value.size() &&
                      number >= rule.min && number <= rule.max;
    // There is one way to write each number: nobody has to ask what the program makes of another.
    if (fits && std::to_string(number) == value) return {};
    return Error{"expected a whole number from " + std::to_string(rule.min) + " to " +
                 std::to_string(rule.max)};
  }

  Status operator()(const PathUnder& rule) const {
    const std::string above = rule.folder == "/" ? "/" : rule.folder + '/';
    if (is_plain_path(value) && value.starts_with(above)) return {};
    return Error{"expected the path of a file below " + rule.folder + ", without //, /./ and /../"};
  }
};

}  // namespace

bool is_plain_path(std::string_view path) {
  if (path.size() < 2 || path.front() != '/') return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    path.remove_prefix(part.size());
  }
  return true;
}

Status check_value(const Parameter& parameter, std::string_view value) {
  if (value.size() > limits::kCommandValueBytesMax)
    return Error{"expected at most " + std::to_string(limits::kCommandValueBytesMax) + " bytes"};
  Status safe = check_safe_text(value);
  if (!safe) return safe;
  if (value.starts_with('-') && !parameter.allow_leading_dash)
    return Error{"expected a value that doesn't begin with -"};
  return std::visit(Checker{parameter, value}, parameter.rule);
}

}  // namespace picket::node
