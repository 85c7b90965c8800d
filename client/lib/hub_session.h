// One connection to the hub as the client's end of the protocol: says hello, checks the version,
// gives requests their ids and replies to whoever asked. Pure; sockets and reconnecting are
// hub_client's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "client/lib/failure.h"
#include "common/peer.h"
#include "picket/v1/client_link.pb.h"

namespace picket::client {

/// What becomes of one request: any number of items, then exactly one of the others. A callback may
/// make requests; it must not end the session.
struct Reply {
  std::function<void(const v1::HubToClient& item)> on_item;
  std::function<void()> on_end;
  std::function<void(const Failure& failure)> on_failure;
};

class HubSession final : public LinkHandler {
 public:
  struct Events {
    /// The hub has answered our hello: requests may be made.
    std::function<void(const v1::HubHello& hello)> on_ready;
    /// A frame of the subscription: update, live, progress, missed, storing; node and rows of a
    /// snapshot.
    std::function<void(const v1::HubToClient& frame)> on_subscription;
    /// The connection has ended, exactly once; open requests have failed before.
    std::function<void(const Failure& failure)> on_lost;
  };

  /// `peer` must live until on_lost. Sends the hello at once.
  HubSession(Peer& peer, const v1::Peer& self, Events events);

  /// Sends a request; its id is set here. Only when ready, and at most limits::kRequestsOpenMax at
  /// once.
  void request(v1::ClientToHub request, Reply reply);
  bool ready() const { return ready_; }
  std::size_t open_requests() const { return open_.size(); }
  /// Ends the connection; on_lost follows, later.
  void close();

  // LinkHandler
  void on_frame(std::string_view payload) override;
  void on_closed(const Closed& closed) override;

 private:
  void on_hello(const v1::HubToClient& frame);
  void on_reply(const v1::HubToClient& frame);
  void end_with(CloseReason reason, Failure failure);

  Peer& peer_;
  Events events_;
  std::map<uint64_t, Reply> open_;  // by request id
  uint64_t last_id_ = 0;
  bool ready_ = false;
  bool ending_ = false;
  Failure failure_;  // why we end it
};

/// A hub's error in the terms of a client.
Failure failure_of(const v1::Error& error);

}  // namespace picket::client
