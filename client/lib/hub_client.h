// The hub's socket as a program uses it: requests from anywhere, at most one subscription that
// outlives lost connections and continues after the last seq it has seen. Connects when it is first
// needed. One thread: the loop's.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/lib/failure.h"
#include "client/lib/hub_session.h"
#include "common/backoff.h"
#include "common/limits.h"
#include "common/link.h"
#include "picket/v1/client_link.pb.h"

namespace picket::client {

struct HubClientSettings {
  std::string socket;   // path
  std::string program;  // "picket"
  Backoff::Random random;
  LinkSettings link;
  std::chrono::milliseconds backoff_min = limits::kBackoffMin;
  std::chrono::milliseconds backoff_max = limits::kBackoffMax;
  /// Each hub that answers, by its id; before anything is asked of it.
  std::function<void(const std::string& hub_id)> on_hello = {};
  /// A subscription waits for a hub that isn't there yet, instead of failing.
  bool wait_for_hub = false;
};

/// All callbacks come from the loop, never from within a call to the client.
struct Subscription {
  v1::Subscribe order;
  /// update, live, progress, missed, storing; node and rows of a snapshot.
  std::function<void(const v1::HubToClient& frame)> on_frame;
  /// The connection was lost; the client goes on trying. Once until on_back.
  std::function<void(const Failure& failure)> on_lost;
  /// The hub is back, but doesn't know a node of the order: after its restart it knows addresses
  /// and host names only once the nodes are back too. The client asks again until it does. Once
  /// until on_back.
  std::function<void(const Failure& failure)> on_node_missing;
  /// The subscription goes on; what follows comes after `seq`, or from the start (0) if none had
  /// been seen.
  std::function<void(uint64_t seq)> on_back;
  /// The subscription has ended: refused, or no hub to begin with. The last call.
  std::function<void(const Failure& failure)> on_failure;
};

class HubClient {
 public:
  /// Must outlive the loop's run(), or be closed and the loop run until it has nothing more to do.
  HubClient(asio::any_io_executor executor, HubClientSettings settings);
  HubClient(const HubClient&) = delete;
  HubClient& operator=(const HubClient&) = delete;

  /// Asks the hub; fails at once where it can't be reached, and when the connection is lost:
  /// whether the hub has done what was asked is then unknown.
  void request(v1::ClientToHub request, Reply reply);
  /// Once.
  void subscribe(Subscription subscription);
  /// False: nothing more is read of the hub for now, which then sends no more.
  void set_reading(bool reading);
  /// Ends everything; no callbacks of the subscription follow, open requests fail.
  void close();

 private:
  struct Waiting {
    v1::ClientToHub request;
    Reply reply;
  };

  void connect_soon();
  void connect();
  void on_ready();
  void on_subscription(const v1::HubToClient& frame);
  void on_lost(const Failure& failure);
  void send_subscription();
  void on_accepted();
  void on_refused(const Failure& failure);
  void fail_waiting(const Failure& failure);
  void retry_or_fail(const Failure& failure);
  bool is_final(const Failure& failure) const;
  bool connected() const { return session_ && session_->ready(); }

  asio::any_io_executor executor_;
  HubClientSettings settings_;
  Backoff backoff_;
  v1::Peer self_;
  asio::steady_timer timer_;  // of the next attempt to connect or, connected, to subscribe
  LinkBuffers buffers_;
  std::shared_ptr<Link> link_;
  std::unique_ptr<HubSession> session_;

  std::vector<Waiting> waiting_;  // for the connection
  std::optional<Subscription> subscription_;
  uint64_t seq_ = 0;  // the subscription's position
  bool connecting_ = false;
  bool was_live_ = false;  // a connection has carried the subscription
  bool accepted_ = false;  // a hub has taken the subscription, so its order is good
  bool lost_ = false;      // on_lost has been said
  bool missing_ = false;   // on_node_missing has been said
  bool reading_ = true;
  bool closed_ = false;
};

}  // namespace picket::client
