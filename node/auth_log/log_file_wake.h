// Word from inotify that a log file, or which file has its name, may have changed. A hint only.
#pragma once

#include <filesystem>

#include "common/unique_fd.h"

namespace picket::node {

class LogFileWake {
 public:
  explicit LogFileWake(std::filesystem::path log);
  /// Also the file that has the name now; those that had it before stay watched until they are
  /// gone.
  void watch();
  /// Takes what was told; then it isn't readable any more.
  void drain();
  int fd() const { return inotify_.get(); }

 private:
  std::filesystem::path log_;
  UniqueFd inotify_;
};

}  // namespace picket::node
