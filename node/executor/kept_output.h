// Output that was read and can't be sent yet. Bounded: past that the oldest is dropped and counted.
// Pure.
#pragma once

#include <cstdint>
#include <deque>

#include "node/executor/output_pipes.h"

namespace picket::node {

class KeptOutput {
 public:
  explicit KeptOutput(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void add(Chunk chunk);
  /// The oldest, at most so many bytes of it; there is some.
  Chunk take(std::size_t bytes_max);
  bool empty() const { return chunks_.empty(); }
  /// Drops all of it, and says how much that was.
  uint64_t drop();
  /// How much did not fit since this was last asked.
  uint64_t take_missed();
  /// From here on.
  void set_bytes_max(std::size_t bytes);

 private:
  void fit();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  uint64_t missed_ = 0;
  std::deque<Chunk> chunks_;
};

}  // namespace picket::node
