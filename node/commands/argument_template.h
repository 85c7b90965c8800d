// One element of a command's argument vector as the allowlist has it: text with `{name}` where a
// parameter's value goes, and `{{` and `}}` for braces. It stays one element whatever the values
// are. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace picket::node {

/// By the parameters' names.
using ParameterValues = std::map<std::string, std::string, std::less<>>;

class ArgumentTemplate {
 public:
  static Result<ArgumentTemplate> parse(std::string_view text);

  /// The element with the values put in; each of names() has one.
  std::string expand(const ParameterValues& values) const;
  /// The parameters it needs.
  std::vector<std::string> names() const;
  /// As it was written.
  const std::string& text() const { return text_; }

 private:
  struct Piece {
    std::string text;  // or, of a parameter, its name
    bool is_parameter = false;
  };

  std::string text_;
  std::vector<Piece> pieces_;
};

/// A parameter's name: a lower-case letter, then letters, digits, - and _.
bool is_parameter_name(std::string_view name);

}  // namespace picket::node
