// The last value that a collector has told, to tell the next only if it is news: when it was made,
// and when the last look went well, is none.
#pragma once

#include <string>
#include <utility>

#include "picket/v1/node_link.pb.h"

namespace picket::node {

class LastValue {
 public:
  /// Whether `value` differs from the last; it is the last from now on.
  bool is_news(v1::ResourceValue value) {
    value.clear_at_unix_ns();
    if (value.health().has_ok()) value.mutable_health()->mutable_ok()->clear_last_success_unix_ns();
    std::string bytes = value.SerializeAsString();
    return std::exchange(bytes_, bytes) != bytes;
  }

  /// Whether there was none yet.
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

}  // namespace picket::node
