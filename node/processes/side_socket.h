// The end that a process beside the agent has of their socket: frames both ways, without a loop of
// Asio's. Such a process has powers that the agent must not have, so it has little code.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "common/clock.h"
#include "common/frame.h"

namespace google::protobuf {
class MessageLite;
}

namespace picket::node {

class SideSocket {
 public:
  /// `socket` stays its owner's. An agent that doesn't read for limits::kSideWriteTimeout is given
  /// up, and one that sends more than `request_bytes_max` in a message.
  SideSocket(int socket, std::size_t request_bytes_max);

  /// Until there is something to read, or `timeout` is over; nothing: no time-out. False: it can't.
  bool wait(std::optional<Milliseconds> timeout) const;
  /// Reads what is there now, without waiting. False: the agent has gone, or `take` said that this
  /// was no message.
  bool read(const std::function<bool(std::string_view payload)>& take);
  /// False: the agent has gone.
  bool send(const google::protobuf::MessageLite& message) const;

 private:
  int socket_;
  FrameReader frames_;
};

}  // namespace picket::node
