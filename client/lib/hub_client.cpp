#include "client/lib/hub_client.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "client/lib/hub_socket.h"
#include "common/limits.h"
#include "common/protocol.h"
#include "common/random_id.h"

namespace picket::client {
namespace {

// The position that a frame moves a subscription to; 0: none.
uint64_t position_of(const v1::HubToClient& frame) {
  switch (frame.message_case()) {
    case v1::HubToClient::kUpdate: return frame.update().seq();
    case v1::HubToClient::kLive: return frame.live().seq();
    case v1::HubToClient::kProgress: return frame.progress().seq();
    case v1::HubToClient::kMissed:
      return frame.missed().node().empty() ? frame.missed().last_seq() : 0;  // others' are to come
    default: return 0;
  }
}

}  // namespace

HubClient::HubClient(asio::any_io_executor executor, HubClientSettings settings)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      backoff_(settings_.random, settings_.backoff_min, settings_.backoff_max),
      self_(protocol::self(settings_.program, random_id())),
      timer_(executor_) {}

void HubClient::request(v1::ClientToHub request, Reply reply) {
  if (connected()) {
    session_->request(std::move(request), std::move(reply));
    return;
  }
  assert(waiting_.size() < limits::kRequestsOpenMax);
  waiting_.push_back({std::move(request), std::move(reply)});
  connect_soon();
}

void HubClient::subscribe(Subscription subscription) {
  assert(!subscription_);
  subscription_ = std::move(subscription);
  if (connected()) {
    send_subscription();
  } else {
    connect_soon();
  }
}

void HubClient::set_reading(bool reading) {
  reading_ = reading;
  if (link_) link_->set_reading(reading);
}

void HubClient::close() {
  closed_ = true;
  subscription_.reset();
  timer_.cancel();
  if (session_) session_->close();
}

// Never from within a call: a callback must not come before the call that caused it has returned.
void HubClient::connect_soon() {
  if (std::exchange(connecting_, true)) return;
  timer_.expires_after(Nanoseconds(0));
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) connect();
  });
}

void HubClient::connect() {
  if (closed_) return;
  HubSocket hub = connect_to_hub(settings_.socket);
  if (hub.failure) {
    connecting_ = false;
    fail_waiting(*hub.failure);
    retry_or_fail(*hub.failure);
    return;
  }
  link_ =
      std::make_shared<Link>(executor_, std::move(hub.socket), nullptr, buffers_, settings_.link);
  HubSession::Events events;
  events.on_ready = [this](const v1::HubHello& hello) {
    if (settings_.on_hello) settings_.on_hello(hello.hub_id());
    on_ready();
  };
  events.on_subscription = [this](const v1::HubToClient& frame) { on_subscription(frame); };
  events.on_lost = [this](const Failure& failure) { on_lost(failure); };
  session_ = std::make_unique<HubSession>(*link_, self_, std::move(events));
  link_->start(*session_);
  link_->set_reading(reading_);
}

void HubClient::on_ready() {
  connecting_ = false;
  backoff_.reset();
  for (Waiting& waiting : std::exchange(waiting_, {})) {
    session_->request(std::move(waiting.request), std::move(waiting.reply));
  }
  if (subscription_) send_subscription();
}

void HubClient::send_subscription() {
  v1::ClientToHub request;
  *request.mutable_subscribe() = subscription_->order;
  if (seq_ != 0) {
    request.mutable_subscribe()->set_after_seq(seq_);
    request.mutable_subscribe()->set_snapshot(false);
  }
  Reply reply;
  reply.on_item = [](const v1::HubToClient&) {};
  reply.on_end = [this] { on_accepted(); };
  reply.on_failure = [this](const Failure& failure) { on_refused(failure); };
  session_->request(std::move(request), std::move(reply));
  was_live_ = true;
}

void HubClient::on_accepted() {
  if (!subscription_) return;
  accepted_ = true;
  backoff_.reset();
  missing_ = false;
  if (std::exchange(lost_, false)) subscription_->on_back(seq_);
}

void HubClient::on_refused(const Failure& failure) {
  if (!connected() || !subscription_) return;  // on_lost() deals with it
  if (!accepted_ || failure.kind != Failure::Kind::kNoSuchNode) {
    const auto refused = std::exchange(subscription_, std::nullopt);
    refused->on_failure(failure);
    return;
  }
  timer_.expires_after(backoff_.next());
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error && connected() && subscription_) send_subscription();
  });
  if (!std::exchange(missing_, true)) subscription_->on_node_missing(failure);
}

void HubClient::on_subscription(const v1::HubToClient& frame) {
  if (!subscription_) return;
  on_accepted();
  seq_ = std::max(seq_, position_of(frame));
  subscription_->on_frame(frame);
}

void HubClient::on_lost(const Failure& failure) {
  connecting_ = false;
  fail_waiting(failure);
  retry_or_fail(failure);
}

void HubClient::fail_waiting(const Failure& failure) {
  for (Waiting& waiting : std::exchange(waiting_, {})) waiting.reply.on_failure(failure);
}

bool HubClient::is_final(const Failure& failure) const {
  if (failure.kind == Failure::Kind::kProtocol) return true;
  if (was_live_) return false;
  return !settings_.wait_for_hub || failure.kind != Failure::Kind::kUnreachable;
}

// Always leaves a timer behind if there is a subscription to serve: the session that calls this is
// not replaced before it has returned.
void HubClient::retry_or_fail(const Failure& failure) {
  if (!subscription_ || closed_) return;
  if (is_final(failure)) {
    const auto ended = std::exchange(subscription_, std::nullopt);
    ended->on_failure(failure);
    return;
  }
  connecting_ = true;
  timer_.expires_after(backoff_.next());
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) connect();
  });
  if (!std::exchange(lost_, true)) subscription_->on_lost(failure);
}

}  // namespace picket::client
