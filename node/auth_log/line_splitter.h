// Bytes of a log in, complete lines out, each with the offset of its end. Lines longer than a limit
// are cut, not dropped; one without an end is waited for. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picket::node {

class LineSplitter {
 public:
  struct Line {
    std::string_view text;  // without the line feed; valid until the splitter is fed again
    uint64_t end = 0;       // where the next line begins
  };

  /// Forgets what it was fed; the next byte stands at `offset`, where a line begins.
  void begin_at(uint64_t offset);
  void feed(std::string_view bytes);
  std::optional<Line> next();
  /// What was fed behind the last line feed, as a line: there will be no more.
  std::optional<Line> rest();
  /// Where the next byte to be fed stands.
  uint64_t offset() const;
  /// Where the line begins that would be told next.
  uint64_t line_offset() const { return line_offset_; }

 private:
  std::string buffer_;
  std::size_t line_begin_ = 0;  // in the buffer
  std::size_t searched_ = 0;    // no line feed before that
  uint64_t line_offset_ = 0;    // of the line's begin
  uint64_t dropped_ = 0;        // bytes of the line beyond the limit
  bool overlong_ = false;       // of the line more comes that isn't kept
};

}  // namespace picket::node
