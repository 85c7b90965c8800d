// The newest output of one execution, for whoever reads it, each at its own place. Both streams
// are one sequence of bytes, in the order in which they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "picket/v1/execution.pb.h"

namespace picket::hub {

class OutputRing {
 public:
  explicit OutputRing(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Drops the oldest if it is more.
  void set_bytes_max(std::size_t bytes_max);
  void add(v1::ExecutionOutput::Stream stream, std::string data);
  /// So many bytes were written that are not to be had.
  void miss(uint64_t bytes) { end_ += bytes; }

  /// What there is from a place on: the first piece, and how many bytes before it are not kept. At
  /// the end the piece is empty.
  struct Piece {
    v1::ExecutionOutput::Stream stream = v1::ExecutionOutput::STREAM_UNSPECIFIED;
    std::string_view data;  // until the ring changes
    uint64_t missed_bytes = 0;
  };
  Piece at(uint64_t place) const;

  /// All bytes ever written.
  uint64_t end() const { return end_; }
  /// Where the oldest byte is that is kept.
  uint64_t begin() const { return chunks_.empty() ? end_ : chunks_.front().begin; }

 private:
  struct Chunk {
    uint64_t begin = 0;
    v1::ExecutionOutput::Stream stream = v1::ExecutionOutput::STREAM_UNSPECIFIED;
    std::string data;
    uint64_t end() const { return begin + data.size(); }
  };
  void drop_oldest();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  uint64_t end_ = 0;
  std::deque<Chunk> chunks_;  // with holes between them where bytes were missed
};

}  // namespace picket::hub
