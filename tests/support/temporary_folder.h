// A folder of its own for one test, removed with all that is in it; and whole files in one call.
#pragma once

#include <string>
#include <string_view>

namespace picket::test {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The whole file; a missing one fails the test.
std::string read(const std::string& path);
void write(const std::string& path, std::string_view content);
/// Permission bits, as 0600.
unsigned mode_of(const std::string& path);
/// Every file and folder below `path`, sorted, relative to it.
std::string list(const std::string& path);

}  // namespace picket::test
