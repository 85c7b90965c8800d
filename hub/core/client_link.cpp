#include "hub/core/client_link.h"

#include <algorithm>
#include <utility>

#include "common/decode.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "hub/core/hub.h"
#include "hub/core/requests.h"

namespace picket::hub {
namespace {

std::string end_of(uint64_t request_id) {
  v1::HubToClient end;
  end.set_request_id(request_id);
  end.mutable_end();
  return encode_frame(end);
}

}  // namespace

Response::Response(const ClientLink& link, uint64_t request_id)
    : link_(link.self_), request_id_(request_id) {}

void Response::item(v1::HubToClient message) const {
  if (*link_ == nullptr) return;
  message.set_request_id(request_id_);
  (*link_)->send(message);
}

void Response::end() const {
  if (*link_ == nullptr) return;
  --(*link_)->open_requests_;
  v1::HubToClient message;
  message.mutable_end();
  item(std::move(message));
}

void Response::error(v1::Error::Code code, const std::string& text) const {
  if (*link_ == nullptr) return;
  --(*link_)->open_requests_;
  v1::HubToClient message;
  message.mutable_error()->set_code(code);
  message.mutable_error()->set_text(text);
  item(std::move(message));
}

void Response::stream(FrameMaker maker) const {
  if (*link_ == nullptr) return;
  (*link_)->streams_.push_back({.request_id = request_id_, .maker = std::move(maker)});
  (*link_)->peer_.wake();
}

void Response::wake() const {
  if (*link_ != nullptr) (*link_)->peer_.wake();
}

void Response::follow(FrameMaker maker) const {
  if (*link_ == nullptr) return;
  (*link_)->following_.push_back({.request_id = request_id_, .maker = std::move(maker)});
  (*link_)->peer_.wake();
}

ClientLink::ClientLink(Hub& hub, Peer& peer, Caller caller)
    : hub_(hub),
      peer_(peer),
      caller_(std::move(caller)),
      self_(std::make_shared<ClientLink*>(this)) {}

ClientLink::~ClientLink() { *self_ = nullptr; }

void ClientLink::on_frame(std::string_view payload) {
  if (closing_) return;
  v1::ClientToHub request;
  if (!decode(payload, shapes::kClientToHub, request)) {
    return close({CloseReason::kBadFrame, "not a message of a client, or over a limit"});
  }
  const bool hello = request.has_hello();
  if (hello == greeted_) {
    return close({CloseReason::kProtocolError,
                  hello ? "a second hello" : "the first message must be hello"});
  }
  if (hello) return on_hello(request);
  on_request(request);
}

void ClientLink::on_hello(const v1::ClientToHub& request) {
  ++open_requests_;
  const Response response(*this, request.request_id());
  const auto& peer = request.hello().peer();
  if (!protocol::common_version(peer)) {
    const std::string text = protocol::version_mismatch(peer, "hub");
    response.error(v1::Error::CODE_PROTOCOL_VERSION, text);
    return close({CloseReason::kProtocolVersion, text});
  }
  greeted_ = true;
  peer_.set_frame_bytes_max(limits::kFrameBytesMax);
  v1::HubToClient message;
  *message.mutable_hello()->mutable_peer() = hub_.info().peer;
  message.mutable_hello()->set_hub_id(hub_.info().hub_id);
  response.item(std::move(message));
  response.end();
}

void ClientLink::on_request(const v1::ClientToHub& request) {
  ++open_requests_;
  const Response response(*this, request.request_id());
  if (open_requests_ > limits::kRequestsOpenMax) {
    return response.error(v1::Error::CODE_BUSY, "too many unanswered requests on one connection");
  }
  handle_request(hub_, caller_, request, response);
}

void ClientLink::subscribe(Subscription::Start start) {
  subscription_ = hub_.publisher().subscribe(std::move(start), [this] { peer_.wake(); });
  peer_.wake();
}

bool ClientLink::make_frames() {
  while (made_.empty() && !streams_.empty()) {
    std::vector<std::string> frames;
    const Made made = streams_.front().maker(frames);
    for (auto& frame : frames) made_.push_back(std::move(frame));
    if (made == Made::kLater) break;
    if (made == Made::kSome) continue;
    if (made == Made::kAll) made_.push_back(end_of(streams_.front().request_id));
    streams_.pop_front();
    --open_requests_;
  }
  return !made_.empty();
}

// Until there is enough, or none of them has anything now.
void ClientLink::follow_frames(std::size_t bytes_max) {
  std::size_t bytes = 0;
  for (std::size_t idle = 0; idle < following_.size() && bytes < bytes_max;) {
    std::vector<std::string> frames;
    Stream next = std::move(following_.front());
    following_.pop_front();
    const Made made = next.maker(frames);
    for (auto& frame : frames) {
      bytes += frame.size();
      made_.push_back(std::move(frame));
    }
    idle = made == Made::kLater ? idle + 1 : 0;
    if (made == Made::kLater || made == Made::kSome) {
      following_.push_back(std::move(next));
      continue;
    }
    if (made == Made::kAll) made_.push_back(end_of(next.request_id));
    --open_requests_;
  }
}

void ClientLink::pull(std::size_t bytes_max, std::vector<std::string_view>& frames) {
  offered_made_ = make_frames();
  if (!offered_made_) {
    if (subscription_) subscription_->pull(bytes_max, frames);
    if (!frames.empty()) return;
    follow_frames(bytes_max);
    offered_made_ = !made_.empty();
  }
  std::size_t bytes = 0;
  for (const auto& frame : made_) {
    if (!frames.empty() && bytes + frame.size() > bytes_max) break;
    bytes += frame.size();
    frames.emplace_back(frame);
  }
}

void ClientLink::pulled(std::size_t count) {
  if (offered_made_) {
    made_.erase(made_.begin(), made_.begin() + static_cast<std::ptrdiff_t>(count));
  } else if (subscription_) {
    subscription_->pulled(count);
  }
}

void ClientLink::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  peer_.close(std::move(closed));
}

void ClientLink::on_closed(const Closed& closed) {
  closing_ = true;
  *self_ = nullptr;
  following_.clear();
  if (subscription_) hub_.publisher().unsubscribe(*subscription_);
  subscription_.reset();
  hub_.on_client_closed(*this, closed);
}

void ClientLink::send(const v1::HubToClient& message) { peer_.send(encode_frame(message)); }

}  // namespace picket::hub
