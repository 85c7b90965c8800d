#include "node/auth_log/line_splitter.h"

#include <algorithm>

#include "common/limits.h"

namespace picket::node {

using limits::kLogLineBytesMax;

void LineSplitter::begin_at(uint64_t offset) {
  *this = LineSplitter();
  line_offset_ = offset;
}

uint64_t LineSplitter::offset() const {
  return line_offset_ + (buffer_.size() - line_begin_) + dropped_;
}

void LineSplitter::feed(std::string_view bytes) {
  buffer_.erase(0, line_begin_);
  searched_ -= line_begin_;
  line_begin_ = 0;
  if (overlong_) {
    const std::size_t kept = std::min(bytes.find('\n'), bytes.size());
    dropped_ += kept;
    bytes.remove_prefix(kept);
    overlong_ = bytes.empty();
  }
  buffer_.append(bytes);
}

std::optional<LineSplitter::Line> LineSplitter::next() {
  const std::size_t feed = buffer_.find('\n', searched_);
  if (feed == std::string::npos) {
    const std::size_t length = buffer_.size() - line_begin_;
    if (length > kLogLineBytesMax) {
      overlong_ = true;
      dropped_ += length - kLogLineBytesMax;
      buffer_.resize(line_begin_ + kLogLineBytesMax);
    }
    searched_ = buffer_.size();
    return std::nullopt;
  }
  const std::size_t length = feed - line_begin_;
  const Line line{std::string_view(buffer_).substr(line_begin_, std::min(length, kLogLineBytesMax)),
                  line_offset_ + length + dropped_ + 1};
  line_begin_ = searched_ = feed + 1;
  line_offset_ = line.end;
  dropped_ = 0;
  return line;
}

std::optional<LineSplitter::Line> LineSplitter::rest() {
  if (line_begin_ == buffer_.size()) return std::nullopt;
  const Line line{std::string_view(buffer_).substr(line_begin_, kLogLineBytesMax), offset()};
  line_begin_ = searched_ = buffer_.size();
  line_offset_ = line.end;
  dropped_ = 0;
  return line;
}

}  // namespace picket::node
