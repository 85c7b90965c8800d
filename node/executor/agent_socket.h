// The executor's end of the socket to the agent: frames both ways, never waiting. What the agent
// doesn't read stays here, and has_room() says when that is enough.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/frame.h"
#include "common/unique_fd.h"
#include "node/executor/outlet.h"
#include "node/executor/poll_set.h"

namespace picket::node {

class AgentSocket final : public Outlet {
 public:
  explicit AgentSocket(UniqueFd socket);

  void send(const v1::ExecutorToAgent& message) override;
  bool has_room() const override;

  void want(PollSet& polls) const;
  /// False: the agent has gone, or `take` said that this was no message.
  [[nodiscard]] bool read(const PollSet& polls,
                          const std::function<bool(std::string_view payload)>& take);
  /// False: the agent has gone.
  [[nodiscard]] bool flush();
  bool is_flushed() const { return outbox_.empty(); }

 private:
  UniqueFd socket_;
  FrameReader frames_;
  std::string outbox_;
};

}  // namespace picket::node
