// A stored resource's value larger than a frame travels in parts: split on the node, put together
// on the hub.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "picket/v1/node_link.pb.h"

namespace picket {

/// Cuts rows into frames: each within limits::kPartBytesMax and half of limits::kFrameElementsMax.
class FrameBudget {
 public:
  /// Counts a row of so many bytes and repeated elements, itself included. True: it begins a new
  /// frame.
  bool begins_frame(std::size_t bytes, std::size_t elements);

 private:
  std::size_t bytes_ = 0;
  std::size_t elements_ = 0;
};
/// What a row counts for in a FrameBudget.
std::size_t elements_of(const v1::Session& session);
std::size_t elements_of(const v1::WireguardInterface& interface);
std::size_t elements_of(const v1::WireguardPeer& peer);

/// Parts of at most about limits::kPartBytesMax of rows each, at least one. A value over
/// limits::kValueBytesMax becomes one part without rows whose health is failed(too_large).
std::vector<v1::ResourceValue> split_value(v1::ResourceValue value);

/// Puts the parts of one value together, which come without another value's between them.
class ValueAssembler {
 public:
  enum class Outcome { kIncomplete, kComplete, kOutOfOrder, kTooLarge };
  /// Takes the next part; after kComplete, take() has the value.
  Outcome add(v1::ResourceValue part);
  v1::ResourceValue take();
  /// Some parts of a value have come and others not.
  bool is_incomplete() const { return value_.has_value(); }

 private:
  std::optional<v1::ResourceValue> value_;
  std::size_t bytes_ = 0;
  uint32_t next_part_ = 0;
};

}  // namespace picket
