// The node's rules: the latest value of each resource, and which hub has to hear of it. No sockets,
// files or clocks.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "node/core/hub_link.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class Agent {
 public:
  using Answer = std::function<void(v1::ResourceValue value)>;
  /// Asks a collector for the value with all that changes all the time; the answer may come later
  /// or never.
  using Refresh = std::function<void(const std::string& resource, Answer answer)>;

  /// `clock` outlives it.
  Agent(v1::NodeHello hello, const Clock& clock, Refresh refresh);

  const Clock& clock() const { return clock_; }
  const v1::NodeHello& hello() const { return hello_; }
  const std::map<std::string, v1::ResourceValue, std::less<>>& values() const { return values_; }

  /// A collector's new value: remembered, and sent to every hub that is connected. The host's facts
  /// are from then on what hello says, too.
  void publish(v1::ResourceValue value);
  /// All that ask before a collector has answered share its answer: who asks often makes no work.
  void refresh(const std::string& resource, Answer answer);
  /// Nobody watches this any more: `value` says so, to those also who wait for a refresh.
  void retire(const v1::ResourceValue& value);
  /// Says goodbye to all hubs.
  void stop(const std::string& reason);

  void attach(HubLink& link) { links_.insert(&link); }
  void detach(HubLink& link) { links_.erase(&link); }

 private:
  v1::NodeHello hello_;
  const Clock& clock_;
  Refresh refresh_;
  std::map<std::string, v1::ResourceValue, std::less<>> values_;
  std::set<HubLink*> links_;
  std::map<std::string, std::vector<Answer>> waiting_;  // for a refreshed value, by resource
};

}  // namespace picket::node
