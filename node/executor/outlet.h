// Where the executor's messages go.
#pragma once

namespace picket::v1 {
class ExecutorToAgent;
}

namespace picket::node {

class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(const v1::ExecutorToAgent& message) = 0;
  /// False: the agent doesn't read; nothing more is taken from commands for now.
  virtual bool has_room() const = 0;
};

}  // namespace picket::node
