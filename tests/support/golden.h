// Compares output with a file under version control. With PICKET_UPDATE_GOLDEN=1 in the environment
// the file is rewritten instead; the diff is then read by a person.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace picket::test {

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What should equal `actual`: the content of PICKET_SOURCE/`path`, or `actual` itself just written
/// there.
inline std::string golden(const std::string& path, const std::string& actual) {
  const std::string full_path = std::string(PICKET_SOURCE "/") + path;
  if (std::getenv("PICKET_UPDATE_GOLDEN") == nullptr) return read_text(full_path);
  std::ofstream(full_path, std::ios::binary) << actual;
  return actual;
}

}  // namespace picket::test
