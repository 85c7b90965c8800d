// Where it is kept how far a far side has been told.
#pragma once

#include <functional>

#include "common/result.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

class Place {
 public:
  virtual ~Place() = default;
  /// Keeps it so that it survives the machine; `done` is called once, later, on the same thread.
  virtual void save(const v1::BridgeState& state, std::function<void(Status saved)> done) = 0;
};

}  // namespace picket::delivery
