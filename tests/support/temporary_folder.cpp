#include "tests/support/temporary_folder.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace picket::test {

TemporaryFolder::TemporaryFolder()
    : path_((std::filesystem::temp_directory_path() / "picket-test-XXXXXX").string()) {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  if (!file.flush()) throw std::runtime_error("can't write " + path);
}

unsigned mode_of(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) throw std::runtime_error("can't stat " + path);
  return status.st_mode & 07777U;
}

std::string list(const std::string& path) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    names.insert(std::filesystem::relative(entry.path(), path).string());
  }
  std::string text;
  for (const auto& name : names) text += name + "\n";
  return text;
}

}  // namespace picket::test
