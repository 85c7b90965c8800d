// How many logins have failed on each node since the last login that was told, so that the news of
// the next one says it. Pure; bounded by the nodes that there can be.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "integrations/delivery/facts.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

class LoginFailures {
 public:
  /// Each update, whether it is told or not.
  void count(const Facts& facts);
  /// So many, of a login; else 0.
  uint64_t count_of(const Facts& facts) const;
  /// Of a login that is being told: "42 failed logins there since the last one: 192.0.2.7 (40), …",
  /// which then begin anew.
  std::string take(const Facts& facts);

  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state);

 private:
  void make_room();

  std::map<std::string, v1::FailuresOfNode> nodes_;
};

}  // namespace picket::delivery
