// How many local events are taken: of one uid, and of all together. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/clock.h"

namespace picket::node {

class EventRates {
 public:
  /// Why not now, one sentence; nothing: it is taken, and counted.
  std::optional<std::string> refuse(uint32_t uid, SteadyTime now);

  /// Uids that are remembered: those who may not send a whole burst again yet.
  std::size_t uids() const { return of_uid_.size(); }

 private:
  struct Bucket {
    double used = 0;  // of the burst
    SteadyTime at;    // when that was so
    void drain(SteadyTime now, double per_minute);
  };

  Bucket in_all_;
  std::map<uint32_t, Bucket> of_uid_;
};

}  // namespace picket::node
