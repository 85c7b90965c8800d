#include "common/frame.h"

#include <google/protobuf/message_lite.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

namespace picket {
namespace {

std::size_t length_at(const char* bytes) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < limits::kFrameHeaderBytes; ++i) {
    length = (length << 8U) | static_cast<uint8_t>(bytes[i]);
  }
  return length;
}

}  // namespace

std::string encode_frame(const google::protobuf::MessageLite& message) {
  const std::size_t length = message.ByteSizeLong();
  assert(length <= limits::kFrameBytesMax);
  std::string frame(limits::kFrameHeaderBytes + length, '\0');
  for (std::size_t i = 0; i < limits::kFrameHeaderBytes; ++i) {
    frame[i] = static_cast<char>((length >> (8 * (limits::kFrameHeaderBytes - 1 - i))) & 0xffU);
  }
  auto* payload = reinterpret_cast<uint8_t*>(frame.data()) + limits::kFrameHeaderBytes;
  message.SerializeWithCachedSizesToArray(payload);
  return frame;
}

std::string_view keep_alive_frame() {
  static constexpr std::array<char, limits::kFrameHeaderBytes> kZeroes{};
  return {kZeroes.data(), kZeroes.size()};
}

bool FrameReader::feed(std::string_view bytes,
                       const std::function<bool(std::string_view)>& on_frame) {
  using limits::kFrameHeaderBytes;
  while (!bytes.empty()) {
    // A frame begun earlier is completed in pending_; all others are read where they lie.
    if (!pending_.empty()) {
      std::size_t wanted = kFrameHeaderBytes;
      if (pending_.size() >= kFrameHeaderBytes) wanted += length_at(pending_.data());
      const std::size_t taken = std::min(wanted - pending_.size(), bytes.size());
      pending_.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      if (pending_.size() < kFrameHeaderBytes) return true;
      const std::size_t length = length_at(pending_.data());
      if (length > bytes_max_) return false;
      if (pending_.size() < kFrameHeaderBytes + length) continue;
      const std::string frame = std::exchange(pending_, {});
      if (!on_frame(std::string_view(frame).substr(kFrameHeaderBytes))) return true;
      continue;
    }
    if (bytes.size() < kFrameHeaderBytes) {
      pending_ = bytes;
      return true;
    }
    const std::size_t length = length_at(bytes.data());
    if (length > bytes_max_) return false;
    if (bytes.size() < kFrameHeaderBytes + length) {
      pending_ = bytes;
      return true;
    }
    const std::string_view payload = bytes.substr(kFrameHeaderBytes, length);
    bytes.remove_prefix(kFrameHeaderBytes + length);
    if (!on_frame(payload)) return true;
  }
  return true;
}

}  // namespace picket
