// The bytes of a log file from its start or from an offset, plain or compressed by gzip: by what is
// in it, whatever it is called.
#pragma once

#include <sys/stat.h>
#include <zlib.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "common/unique_fd.h"

namespace picket::node {

class LogBytes {
 public:
  /// The error names the file.
  static Result<LogBytes> open(const std::string& path);
  /// Of an open file, which may be a pipe.
  static Result<LogBytes> of(UniqueFd fd, const std::string& path);

  bool compressed() const { return stream_ != nullptr; }
  /// As it is now.
  struct stat status() const;
  /// When the file was made, where the file system knows.
  std::optional<WallTime> born() const;

  /// Bytes read from where the last read ended; 0: the end, to which a plain file may grow; -1: the
  /// file is damaged.
  ssize_t read(std::span<char> into);
  /// The next read begins there; of a compressed file only at 0.
  void seek(uint64_t offset);
  /// The first line with its line feed, or what there is of it if it is longer than a line may be;
  /// empty: it isn't complete yet. Reads go on where they were, of a compressed file at its start.
  std::string first_line();
  /// The bytes at the very start, of a plain file.
  std::string first_bytes(std::size_t count) const;

 private:
  struct Close {
    void operator()(gzFile stream) const { gzclose_r(stream); }
  };

  UniqueFd fd_;
  std::unique_ptr<gzFile_s, Close> stream_;
  uint64_t offset_ = 0;
  bool seekable_ = true;
};

}  // namespace picket::node
