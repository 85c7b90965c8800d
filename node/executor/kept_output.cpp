#include "node/executor/kept_output.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/limits.h"

namespace picket::node {
namespace {

constexpr std::size_t kChunksMax = 4096;  // of a command that writes to both streams byte by byte

}  // namespace

// Small pieces of one stream are put together, so that there are never many.
void KeptOutput::add(Chunk chunk) {
  bytes_ += chunk.data.size();
  const bool joins = !chunks_.empty() && chunks_.back().stream == chunk.stream &&
                     chunks_.back().data.size() + chunk.data.size() <= limits::kOutputChunkBytesMax;
  if (joins) {
    chunks_.back().data += chunk.data;
  } else {
    chunks_.push_back(std::move(chunk));
  }
  fit();
}

void KeptOutput::fit() {
  while (bytes_ > bytes_max_ || chunks_.size() > kChunksMax) {
    std::string& oldest = chunks_.front().data;
    const std::size_t over = bytes_ > bytes_max_ ? bytes_ - bytes_max_ : oldest.size();
    const std::size_t excess = std::min(over, oldest.size());
    oldest.erase(0, excess);
    bytes_ -= excess;
    missed_ += excess;
    if (oldest.empty()) chunks_.pop_front();
  }
}

Chunk KeptOutput::take(std::size_t bytes_max) {
  Chunk& oldest = chunks_.front();
  Chunk taken{oldest.stream, oldest.data.substr(0, bytes_max)};
  oldest.data.erase(0, taken.data.size());
  bytes_ -= taken.data.size();
  if (oldest.data.empty()) chunks_.pop_front();
  return taken;
}

uint64_t KeptOutput::drop() {
  chunks_.clear();
  return std::exchange(bytes_, 0);
}

uint64_t KeptOutput::take_missed() { return std::exchange(missed_, 0); }

void KeptOutput::set_bytes_max(std::size_t bytes) {
  bytes_max_ = bytes;
  fit();
}

}  // namespace picket::node
