// Which state of a file one has seen: files under /run are replaced, never written to, so that
// whoever asks often need not read them again.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace picket::node {

struct FileStamp {
  bool exists = false;
  ino_t inode = 0;
  int64_t changed_s = 0;
  int64_t changed_ns = 0;

  static FileStamp of(const std::string& path) {
    struct stat file{};
    if (::stat(path.c_str(), &file) != 0) return {};
    return {true, file.st_ino, file.st_ctim.tv_sec, file.st_ctim.tv_nsec};
  }
  bool operator==(const FileStamp&) const = default;
};

}  // namespace picket::node
