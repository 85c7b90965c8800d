// A parameter of an allowlisted command: what values it may have. Pure; whether a path is where it
// says is for node/commands/path_under.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"
#include "node/commands/value_pattern.h"

namespace picket::node {

struct OneOf {
  std::vector<std::string> values;
};
struct Matching {
  ValuePattern pattern;
  std::size_t bytes_max = 0;  // looked at first
};
/// Written as a computer would: no sign but -, no zero before another digit.
struct WholeNumber {
  int64_t min = 0;
  int64_t max = 0;
};
/// An absolute path without empty, `.` and `..` parts, of a file below `folder`.
struct PathUnder {
  std::string folder;
};

struct Parameter {
  std::string name;
  std::string description;
  std::variant<OneOf, Matching, WholeNumber, PathUnder> rule;
  std::optional<std::string> default_value;  // without one it must be given
  bool allow_leading_dash = false;           // else the program might take a value for an option
  bool allow_empty = false;                  // of Matching; OneOf lists it
};

/// The error says what was expected; it does not repeat the value.
Status check_value(const Parameter& parameter, std::string_view value);

/// Absolute, and without empty, `.` and `..` parts; not "/".
bool is_plain_path(std::string_view path);

}  // namespace picket::node
