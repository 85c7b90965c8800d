// A file descriptor that text is written to. When its reader has gone (`picket nodes | head -1`),
// further text is dropped without a word.
#pragma once

#include <string>
#include <string_view>

namespace picket::cli {

class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// Writes all of it, waiting if need be; nothing once the output has ended.
  void write(std::string_view text);

  /// Nobody reads any more, or the disk is full: writing has no purpose.
  bool ended() const { return error_ != 0; }
  /// Why it ended, for a person; empty if the reader went, which is no error.
  std::string trouble() const;
  int descriptor() const { return descriptor_; }

 private:
  bool wait_writable() const;

  int descriptor_;
  int error_ = 0;  // of errno
};

}  // namespace picket::cli
