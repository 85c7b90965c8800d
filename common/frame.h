// Frames: a 4-byte big-endian length and one protobuf message, the same on every link. Pure; no
// I/O.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "common/limits.h"

namespace google::protobuf {
class MessageLite;
}

namespace picket {

/// A whole frame, length prefix included. The message must be within limits::kFrameBytesMax.
std::string encode_frame(const google::protobuf::MessageLite& message);

/// The keep-alive: a frame with no payload.
std::string_view keep_alive_frame();

/// Cuts a byte stream into frames, whatever the pieces it arrives in.
class FrameReader {
 public:
  explicit FrameReader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void set_bytes_max(std::size_t bytes) { bytes_max_ = bytes; }

  /// Calls `on_frame` for each payload completed by `bytes` (also the empty ones), as long as it
  /// returns true; the rest of `bytes` is then dropped. False: a frame announced more than the
  /// limit, the stream is lost. Nothing is allocated for a frame before its announced length has
  /// been checked; payloads that lie whole in `bytes` aren't copied.
  [[nodiscard]] bool feed(std::string_view bytes,
                          const std::function<bool(std::string_view)>& on_frame);

  /// Bytes held of a frame that isn't complete.
  std::size_t pending_bytes() const { return pending_.size(); }

 private:
  std::size_t bytes_max_;
  std::string pending_;
};

}  // namespace picket
