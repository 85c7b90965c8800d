// A folder of its own for one test, on whose whole way only root may write: where programs and
// allowlists have to lie. Only root can make one; other users' tests of that have nothing to do.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace picket::test {

class TrustedFolder {
 public:
  TrustedFolder() {
    if (::mkdtemp(path_.data()) == nullptr || ::chmod(path_.c_str(), 0755) != 0)
      throw std::runtime_error("can't make " + path_);
  }
  ~TrustedFolder() { std::filesystem::remove_all(path_); }
  TrustedFolder(const TrustedFolder&) = delete;
  TrustedFolder& operator=(const TrustedFolder&) = delete;

  static bool possible() { return ::geteuid() == 0; }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_ = "/var/lib/picket-test-XXXXXX";
};

}  // namespace picket::test
