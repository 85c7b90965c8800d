// A collector watches one resource of the host and publishes its whole value whenever it changed.
// One file each, one row in registry.cpp, one test.
#pragma once

#include <functional>
#include <string_view>

#include "common/clock.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

/// Takes a value: resource, health, rows, at_unix_ns; part and parts are left to the agent.
using Publish = std::function<void(v1::ResourceValue value)>;

struct CollectorContext;

class Collector {
 public:
  virtual ~Collector() = default;
  virtual std::string_view resource() const = 0;
  /// Starts watching; publishes the first value soon, then at each change, always on the loop's
  /// thread.
  virtual void start(Publish publish) = 0;
  /// The value with what changes all the time (idle times) filled in; `done` is called later, once.
  virtual void refresh(Publish done) = 0;
  /// Takes over, while it runs, what node.toml says of it now; the rest of the context is the same.
  virtual void reconfigure(const CollectorContext& /*context*/) {}
  virtual void stop() = 0;
};

}  // namespace picket::node
