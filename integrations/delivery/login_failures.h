// How many logins have failed on each node since somebody last logged in there, so that the news of
// a login says it. Pure; bounded by the nodes that there can be.
#pragma once

#include <map>
#include <string>

#include "integrations/delivery/facts.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

class LoginFailures {
 public:
  /// Each update, whether it is told or not. Of a login: "42 failed logins on it since the last:
  /// 192.0.2.7 (40), …", which then begin anew; else empty.
  std::string take(const Facts& facts);

  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state);

 private:
  std::map<std::string, v1::FailuresOfNode> nodes_;
};

}  // namespace picket::delivery
