// How many events the node may still send on one link: the hub grants them for all of the node's
// logs together. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace picket::node {

class LogAllowance {
 public:
  /// A new link, with what its welcome grants.
  void begin(uint64_t granted) {
    granted_ = granted;
    sent_ = 0;
  }
  /// The total of all that may be sent on this link.
  void raise(uint64_t granted) { granted_ = std::max(granted_, granted); }
  uint64_t left() const { return granted_ - sent_; }
  /// At most left().
  void use(uint64_t events) { sent_ += events; }

 private:
  uint64_t granted_ = 0;
  uint64_t sent_ = 0;
};

}  // namespace picket::node
