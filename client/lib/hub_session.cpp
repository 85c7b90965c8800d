#include "client/lib/hub_session.h"

#include <cassert>
#include <utility>

#include "common/decode.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/protocol.h"

namespace picket::client {
namespace {

bool is_of_subscription(const v1::HubToClient& frame) {
  switch (frame.message_case()) {
    case v1::HubToClient::kUpdate:
    case v1::HubToClient::kLive:
    case v1::HubToClient::kProgress:
    case v1::HubToClient::kMissed:
    case v1::HubToClient::kStoring: return true;
    case v1::HubToClient::kNode:
    case v1::HubToClient::kRows: return frame.request_id() == 0;  // of a snapshot
    case v1::HubToClient::kHello:
    case v1::HubToClient::kEnd:
    case v1::HubToClient::kError:
    case v1::HubToClient::kStatus:
    case v1::HubToClient::kToken:
    case v1::HubToClient::kAuditLine:
    case v1::HubToClient::kExecution:
    case v1::HubToClient::kExecutionOutput:
    case v1::HubToClient::kExecutionEnded:
    case v1::HubToClient::MESSAGE_NOT_SET: return false;
  }
  return false;
}

}  // namespace

Failure failure_of(const v1::Error& error) {
  switch (error.code()) {
    case v1::Error::CODE_NOT_PERMITTED: return {Failure::Kind::kNotPermitted, error.text()};
    case v1::Error::CODE_NO_SUCH_NODE: return {Failure::Kind::kNoSuchNode, error.text()};
    case v1::Error::CODE_PROTOCOL_VERSION: return {Failure::Kind::kProtocol, error.text()};
    case v1::Error::CODE_UNSUPPORTED:
      return {Failure::Kind::kRefused,
              error.text().empty() ? "the hub is too old for this request" : error.text()};
    default: return {Failure::Kind::kRefused, error.text()};
  }
}

HubSession::HubSession(Peer& peer, const v1::Peer& self, Events events)
    : peer_(peer), events_(std::move(events)) {
  v1::ClientToHub frame;
  *frame.mutable_hello()->mutable_peer() = self;
  peer_.send(encode_frame(frame));
}

void HubSession::request(v1::ClientToHub request, Reply reply) {
  assert(ready_);
  if (open_.size() >= limits::kRequestsOpenMax) {
    reply.on_failure({Failure::Kind::kRefused, "too many unanswered requests"});
    return;
  }
  if (request.ByteSizeLong() > limits::kFrameBytesMax) {
    reply.on_failure({Failure::Kind::kRefused, "the request is too large"});
    return;
  }
  request.set_request_id(++last_id_);
  open_.emplace(last_id_, std::move(reply));
  peer_.send(encode_frame(request));
}

void HubSession::close() {
  end_with(CloseReason::kStopping, {Failure::Kind::kUnreachable, "closed"});
}

void HubSession::on_frame(std::string_view payload) {
  if (ending_) return;
  v1::HubToClient frame;
  if (!decode(payload, shapes::kHubToClient, frame)) {
    end_with(CloseReason::kBadFrame,
             {Failure::Kind::kProtocol, "the hub sent what is no message of the protocol"});
  } else if (!ready_) {
    on_hello(frame);
  } else if (is_of_subscription(frame)) {
    events_.on_subscription(frame);
  } else {
    on_reply(frame);
  }
}

void HubSession::on_hello(const v1::HubToClient& frame) {
  if (frame.has_error()) {
    end_with(CloseReason::kNotPermitted, failure_of(frame.error()));
  } else if (!frame.has_hello()) {
    end_with(CloseReason::kProtocolError,
             {Failure::Kind::kProtocol, "the hub did not begin with a hello"});
  } else if (!protocol::common_version(frame.hello().peer())) {
    end_with(
        CloseReason::kProtocolVersion,
        {Failure::Kind::kProtocol, protocol::version_mismatch(frame.hello().peer(), "program")});
  } else {
    ready_ = true;
    peer_.set_frame_bytes_max(limits::kFrameBytesMax);
    events_.on_ready(frame.hello());
  }
}

// Replies to requests that nobody waits for, and messages of a newer hub, are skipped.
void HubSession::on_reply(const v1::HubToClient& frame) {
  if (frame.request_id() == 0 && frame.has_error()) {  // about the connection itself
    end_with(CloseReason::kPeerStopped, failure_of(frame.error()));
    return;
  }
  const auto found = open_.find(frame.request_id());
  if (found == open_.end()) return;
  if (frame.has_end()) {
    const Reply reply = std::move(open_.extract(found).mapped());
    reply.on_end();
  } else if (frame.has_error()) {
    const Reply reply = std::move(open_.extract(found).mapped());
    reply.on_failure(failure_of(frame.error()));
  } else if (frame.message_case() != v1::HubToClient::MESSAGE_NOT_SET) {
    found->second.on_item(frame);
  }
}

void HubSession::end_with(CloseReason reason, Failure failure) {
  if (ending_) return;
  ending_ = true;
  failure_ = std::move(failure);
  peer_.close({reason, failure_.text});
}

void HubSession::on_closed(const Closed& closed) {
  if (!ending_) {
    failure_ = {
        Failure::Kind::kUnreachable,
        "the connection to the hub was lost: " +
            (closed.detail.empty() ? std::string(to_string(closed.reason)) : closed.detail)};
  }
  ready_ = false;
  ending_ = true;
  for (auto& [id, reply] : std::exchange(open_, {})) reply.on_failure(failure_);
  events_.on_lost(failure_);
}

}  // namespace picket::client
