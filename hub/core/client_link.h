// The hub's end of one client's connection: hello, requests by the table (hub/core/requests.h), at
// most one subscription. Replies that can be long are made piece by piece as the socket takes them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/peer.h"
#include "hub/core/access.h"
#include "hub/core/subscription.h"
#include "picket/v1/client_link.pb.h"

namespace picket::hub {

class Hub;
class ClientLink;

/// What a FrameMaker did.
enum class Made {
  kSome,   // perhaps no frames, but there may be more: it is called again
  kAll,    // no frames: there are no more
  kError,  // the last frame, which is an error and ends the reply
  kLater,  // no frames yet: it waits for something, and then calls Response::wake()
};

/// Makes the frames of a long reply, one call after the other.
using FrameMaker = std::function<Made(std::vector<std::string>& frames)>;

/// Where a handler puts its answer. Stays valid after the client has gone: answers then go nowhere.
class Response {
 public:
  Response(const ClientLink& link, uint64_t request_id);
  void item(v1::HubToClient message) const;
  void end() const;
  void error(v1::Error::Code code, const std::string& text) const;
  /// What `maker` makes, then `end`, unless it has made an error.
  void stream(FrameMaker maker) const;
  /// The same of a reply that may take long: after all else that this client is told, and a call
  /// of each such reply in turn.
  void follow(FrameMaker maker) const;
  /// A FrameMaker that was to be called later can go on.
  void wake() const;
  uint64_t request_id() const { return request_id_; }
  /// Null after the client has gone.
  ClientLink* link() const { return *link_; }

 private:
  std::shared_ptr<ClientLink*> link_;
  uint64_t request_id_;
};

class ClientLink final : public LinkHandler {
 public:
  ClientLink(Hub& hub, Peer& peer, Caller caller);
  ~ClientLink() override;
  ClientLink(const ClientLink&) = delete;
  ClientLink& operator=(const ClientLink&) = delete;

  void on_frame(std::string_view payload) override;
  void pull(std::size_t bytes_max, std::vector<std::string_view>& frames) override;
  void pulled(std::size_t count) override;
  void on_closed(const Closed& closed) override;

  const Caller& caller() const { return caller_; }
  bool has_subscription() const { return subscription_requested_; }
  /// The connection's one subscription has been asked for; its start may still be looked up.
  void claim_subscription() { subscription_requested_ = true; }
  void subscribe(Subscription::Start start);
  void close(Closed closed);

 private:
  friend class Response;
  struct Stream {
    uint64_t request_id;
    FrameMaker maker;
  };
  void on_request(const v1::ClientToHub& request);
  void on_hello(const v1::ClientToHub& request);
  void send(const v1::HubToClient& message);
  bool make_frames();
  void follow_frames(std::size_t bytes_max);

  Hub& hub_;
  Peer& peer_;
  Caller caller_;
  std::shared_ptr<ClientLink*> self_;  // holds null once this is gone
  bool greeted_ = false;
  bool closing_ = false;
  bool subscription_requested_ = false;
  std::size_t open_requests_ = 0;
  std::deque<Stream> streams_;
  std::deque<Stream> following_;  // in turn
  std::deque<std::string> made_;  // frames of the first stream, not yet taken
  bool offered_made_ = false;
  std::unique_ptr<Subscription> subscription_;
};

}  // namespace picket::hub
