#include "hub/core/output_ring.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace picket::hub {
namespace {

// A byte of each stream in turn makes a chunk of each byte.
constexpr std::size_t kChunksMax = 1024;

}  // namespace

void OutputRing::set_bytes_max(std::size_t bytes_max) {
  bytes_max_ = bytes_max;
  drop_oldest();
}

// A command that writes byte by byte makes no chunk of each.
void OutputRing::add(v1::ExecutionOutput::Stream stream, std::string data) {
  if (data.empty()) return;
  const std::size_t size = data.size();
  Chunk* last = chunks_.empty() ? nullptr : &chunks_.back();
  if (last != nullptr && last->stream == stream && last->end() == end_ &&
      last->data.size() + size <= limits::kOutputChunkBytesMax) {
    last->data += data;
  } else {
    chunks_.push_back({end_, stream, std::move(data)});
  }
  end_ += size;
  bytes_ += size;
  drop_oldest();
}

void OutputRing::drop_oldest() {
  while (bytes_ > bytes_max_ || chunks_.size() > kChunksMax) {
    bytes_ -= chunks_.front().data.size();
    chunks_.pop_front();
  }
}

OutputRing::Piece OutputRing::at(uint64_t place) const {
  const auto found = std::ranges::partition_point(
      chunks_, [place](const Chunk& chunk) { return chunk.end() <= place; });
  if (found == chunks_.end()) return {{}, {}, end_ - std::min(place, end_)};
  if (place < found->begin) return {found->stream, found->data, found->begin - place};
  return {found->stream, std::string_view(found->data).substr(place - found->begin), 0};
}

}  // namespace picket::hub
