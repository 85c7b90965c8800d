// A file descriptor that text is written to. When its reader has gone (`picket nodes | head -1`),
// further text is dropped without a word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/unique_fd.h"

namespace picket::cli {

class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// Writes all of it, waiting if need be; nothing once the output has ended.
  void write(std::string_view text);

  /// From here on write() doesn't wait: what can't be written at once is kept for write_more().
  void keep_what_waits();
  /// Writes of it what can be written now.
  void write_more();
  std::size_t kept_bytes() const { return kept_.size(); }
  /// From here on write() waits again, also for what is kept.
  void wait_again();

  /// Nobody reads any more, or the disk is full: writing has no purpose.
  bool ended() const { return error_ != 0; }
  /// Why it ended, for a person; empty if the reader went, which is no error.
  std::string trouble() const;
  int descriptor() const { return descriptor_; }

 private:
  void write_waiting(std::string_view text);
  bool write_some(std::string_view& text);
  bool is_writable(int timeout_ms) const;

  int descriptor_;
  UniqueFd unshared_;  // the same, but non-blocking
  bool waits_ = true;
  std::string kept_;
  int error_ = 0;  // of errno
};

}  // namespace picket::cli
