// A stored resource's value larger than a frame travels in parts: split on the node, put together
// on the hub.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "picket/v1/node_link.pb.h"

namespace picket {

/// Parts of at most about limits::kPartBytesMax of rows each, at least one. A value over
/// limits::kValueBytesMax becomes one part without rows whose health is failed(too_large).
std::vector<v1::ResourceValue> split_value(v1::ResourceValue value);

/// Puts the parts of one resource together.
class ValueAssembler {
 public:
  enum class Outcome { kIncomplete, kComplete, kOutOfOrder, kTooLarge };
  /// Takes the next part; after kComplete, take() has the value.
  Outcome add(v1::ResourceValue part);
  v1::ResourceValue take();

 private:
  std::optional<v1::ResourceValue> value_;
  std::size_t bytes_ = 0;
  uint32_t next_part_ = 0;
};

}  // namespace picket
