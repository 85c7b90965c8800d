#include "node/core/hub_link.h"

#include <memory>
#include <utility>

#include "common/decode.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "common/value_parts.h"
#include "node/core/agent.h"

namespace picket::node {

HubLink::HubLink(Agent& agent, Peer& peer, HubLinkObserver& observer)
    : agent_(agent), peer_(peer), observer_(observer), self_(std::make_shared<HubLink*>(this)) {
  agent_.attach(*this);
  v1::NodeToHub message;
  *message.mutable_hello() = agent_.hello();
  send(message);
}

HubLink::~HubLink() {
  *self_ = nullptr;
  agent_.detach(*this);
}

void HubLink::on_frame(std::string_view payload) {
  if (closing_) return;
  v1::HubToNode message;
  if (!decode(payload, shapes::kHubToNode, message)) {
    return close({CloseReason::kBadFrame, "not a message of a hub, or over a limit"});
  }
  const bool first = message.has_welcome() || message.has_refusal();
  if (!connected_ && !first) {
    return close({CloseReason::kProtocolError, "the first message must be welcome or refusal"});
  }
  if (connected_ && message.has_welcome()) {
    return close({CloseReason::kProtocolError, "a second welcome"});
  }
  switch (message.message_case()) {
    case v1::HubToNode::kWelcome: return on_welcome(message.welcome());
    case v1::HubToNode::kRefusal: return on_refusal(message.refusal());
    case v1::HubToNode::kRefresh: return on_refresh(message.refresh());
    case v1::HubToNode::kProbe: return on_probe(message.probe());
    case v1::HubToNode::kLogAcknowledged:
    case v1::HubToNode::kLogGranted:
    case v1::HubToNode::kLogAgain: return;  // for agents that tell of their log
    case v1::HubToNode::MESSAGE_NOT_SET: return;
  }
}

void HubLink::on_welcome(const v1::Welcome& welcome) {
  if (!protocol::common_version(welcome.peer())) {
    return close(
        {CloseReason::kProtocolVersion, protocol::version_mismatch(welcome.peer(), "node")});
  }
  connected_ = true;
  peer_.set_frame_bytes_max(limits::kFrameBytesMax);
  observer_.on_welcome(welcome);
  for (const auto& [resource, value] : agent_.values()) send_value(value);
}

void HubLink::on_refusal(const v1::Refusal& refusal) {
  observer_.on_refused(refusal);
  close({CloseReason::kPeerClosed, refusal.text()});
}

void HubLink::on_refresh(const v1::Refresh& refresh) {
  auto answer = [self = self_, id = refresh.id()](v1::ResourceValue value) {
    if (*self == nullptr) return;
    for (auto& part : split_value(std::move(value))) {
      v1::NodeToHub message;
      message.mutable_refreshed()->set_id(id);
      *message.mutable_refreshed()->mutable_value() = std::move(part);
      (*self)->send(message);
    }
  };
  agent_.refresh(refresh.resource(), std::move(answer));
}

void HubLink::on_probe(const v1::Probe& probe) {
  v1::NodeToHub message;
  message.mutable_probe_reply()->set_id(probe.id());
  send(message);
}

void HubLink::send_value(const v1::ResourceValue& value) {
  if (!connected_ || closing_) return;
  for (auto& part : split_value(value)) {
    v1::NodeToHub message;
    *message.mutable_value() = std::move(part);
    send(message);
  }
}

void HubLink::say_goodbye(const std::string& reason) {
  if (closing_) return;
  // Also before the welcome has come: the hub may have sent it already.
  v1::NodeToHub message;
  message.mutable_goodbye()->set_reason(reason);
  send(message);
  close({CloseReason::kStopping, reason});
}

void HubLink::close(Closed closed) {
  if (std::exchange(closing_, true)) return;
  peer_.close(std::move(closed));
}

void HubLink::on_closed(const Closed& closed) {
  closing_ = true;
  connected_ = false;
  observer_.on_closed(closed);
}

void HubLink::send(const v1::NodeToHub& message) { peer_.send(encode_frame(message)); }

}  // namespace picket::node
