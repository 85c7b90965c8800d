#include "hub/core/stored_resource.h"

#include <algorithm>

namespace picket::hub {

bool same_health(const v1::CollectorHealth& a, const v1::CollectorHealth& b) {
  if (a.state_case() != b.state_case()) return false;
  if (a.has_failed()) return a.failed().SerializeAsString() == b.failed().SerializeAsString();
  // The time of the last success passes all the time and is no change; that the node is slowed,
  // and how much, is one.
  return !a.has_ok() || (a.ok().throttled_behind_ms() == b.ok().throttled_behind_ms() &&
                         std::equal(a.ok().sources().begin(), a.ok().sources().end(),
                                    b.ok().sources().begin(), b.ok().sources().end()));
}

v1::CollectorHealth StoredResource::current_health(bool connected) const {
  if (!connected || fresh) return health;
  v1::CollectorHealth initialising;
  initialising.mutable_initialising();
  return initialising;
}

}  // namespace picket::hub
