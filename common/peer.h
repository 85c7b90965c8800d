// The two sides of a link as a core sees them: Peer is what a core calls, LinkHandler what it
// implements. Sockets, TLS, keep-alive and time-outs are below (common/link.h, or the test rig); a
// core never sees them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/close_reason.h"

namespace picket {

/// The far end of a link. Valid until LinkHandler::on_closed returns. All calls from the loop's
/// thread; none of them calls back into the handler before it returns.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Queues one frame (with its length prefix, see common/frame.h). Over the outbox limit the link
  /// ends.
  virtual void send(std::string frame) = 0;
  /// The handler's pull() has frames: ask it when the socket has room.
  virtual void wake() = 0;
  /// Stops or resumes reading (back-pressure); keep-alives of the peer still count as life.
  virtual void set_reading(bool reading) = 0;
  /// Raises the frame limit once the peer has been authenticated and has said hello.
  virtual void set_frame_bytes_max(std::size_t bytes) = 0;
  /// For how long nothing had been read when what is being handled now was: it may be as old as
  /// that. Counts the machine's sleep.
  virtual Nanoseconds silence() const = 0;
  /// Sends what is queued (within a short time), then ends the link; on_closed follows, later.
  virtual void close(Closed closed) = 0;
};

class LinkHandler {
 public:
  virtual ~LinkHandler() = default;
  /// One frame's payload, never empty (keep-alives stay below). Valid during the call only.
  virtual void on_frame(std::string_view payload) = 0;
  /// Puts whole frames into `frames`, together at most `bytes_max` unless the first is larger,
  /// without giving them up: the views stay valid until pulled() or the end of the current turn of
  /// the loop.
  virtual void pull(std::size_t /*bytes_max*/, std::vector<std::string_view>& /*frames*/) {}
  /// The first `count` frames of the last pull() were taken over.
  virtual void pulled(std::size_t /*count*/) {}
  /// Exactly once, the last call.
  virtual void on_closed(const Closed& closed) = 0;
};

}  // namespace picket
