// An example configuration with its keys switched on: `#key = ...` becomes `key = ...`.
#pragma once

#include <sstream>
#include <string>

namespace picket::test {

inline std::string uncommented(const std::string& example) {
  std::istringstream lines(example);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool is_key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    text += line.substr(is_key ? 1 : 0) + '\n';
  }
  return text;
}

}  // namespace picket::test
