#include "node/core/hub_link.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/decode.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "common/value_parts.h"
#include "node/core/agent.h"
#include "node/core/resources.h"

namespace picket::node {
namespace {

// What is handed over waits before an event that comes then: on a narrow line that must be short.
constexpr std::size_t kExecutionBytesAtOnce = limits::kOutputChunkBytesMax;

}  // namespace

HubLink::HubLink(Agent& agent, HubFeeds feeds, Peer& peer, HubLinkObserver& observer)
    : agent_(agent),
      feeds_(feeds),
      peer_(peer),
      observer_(observer),
      self_(std::make_shared<HubLink*>(this)) {
  agent_.attach(*this);
  v1::NodeToHub message;
  *message.mutable_hello() = agent_.hello();
  send(message);
}

HubLink::~HubLink() {
  *self_ = nullptr;
  agent_.detach(*this);
  if (connected_) end_feeds();
}

void HubLink::on_frame(std::string_view payload) {
  if (closing_) return;
  v1::HubToNode message;
  if (!decode(payload, shapes::kHubToNode, message)) {
    return close({CloseReason::kBadFrame, "not a message of a hub, or over a limit"});
  }
  if (standing_by_) {
    if (message.has_probe()) on_probe(message.probe());
    return;
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
    case v1::HubToNode::kLogAcknowledged: return on_acknowledged(message.log_acknowledged());
    case v1::HubToNode::kLogGranted: return feeds_.log.on_granted(message.log_granted());
    case v1::HubToNode::kLogAgain: return on_again(message.log_again());
    case v1::HubToNode::kRenewed: return observer_.on_renewed(message.renewed());
    case v1::HubToNode::kRun: return on_run(std::move(*message.mutable_run()));
    case v1::HubToNode::kCancelExecution:
      return feeds_.executions.cancel(message.cancel_execution().id());
    case v1::HubToNode::kOutputCredit:
      return feeds_.executions.add_credit(message.output_credit().id(),
                                          message.output_credit().bytes());
    case v1::HubToNode::kSettleExecution:
      return feeds_.executions.settle(message.settle_execution().id());
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
  feeds_.log.on_welcome(*this, welcome);  // grants for both
  feeds_.events.on_welcome(*this, welcome);
  feeds_.executions.on_welcome(*this);
}

void HubLink::on_refusal(const v1::Refusal& refusal) {
  observer_.on_refused(refusal);
  close({CloseReason::kPeerClosed, refusal.text()});
}

void HubLink::on_refresh(const v1::Refresh& refresh) {
  auto answer = [self = self_, id = refresh.id()](v1::ResourceValue value) {
    if (*self == nullptr) return;
    (*self)->add_feed(value);
    if (value.resource() == kAuthLogResource) (*self)->feeds_.log.add_counts(value);
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
  message.mutable_probe_reply()->set_now_unix_ns(to_unix_ns(agent_.clock().wall()));
  send(message);
}

void HubLink::send_value(v1::ResourceValue value) {
  if (!connected_ || closing_) return;
  add_feed(value);
  for (auto& part : split_value(std::move(value))) {
    v1::NodeToHub message;
    *message.mutable_value() = std::move(part);
    send(message);
  }
}

// A hub that has given it up must not see it run. What came while this node slept or was stopped
// may be as old as that; else a hub is heard all the time.
void HubLink::on_run(v1::RunCommand command) {
  command.clear_start_by_boot_ns();
  if (command.start_within_ms() > 0) {
    const auto within = Milliseconds(static_cast<int64_t>(std::min<uint64_t>(
        command.start_within_ms(), Milliseconds(limits::kStartWithinMax).count())));
    const bool was_away = peer_.silence() > 2 * limits::kKeepAliveInterval;
    const Nanoseconds age = was_away ? peer_.silence() : Nanoseconds(0);
    const Nanoseconds start_by = agent_.clock().since_boot() + within - age;
    command.set_start_by_boot_ns(static_cast<uint64_t>(std::max<int64_t>(start_by.count(), 1)));
  }
  feeds_.executions.run(std::move(command));
}

// Each hub has the log at its own place, and slows the node or doesn't.
void HubLink::add_feed(v1::ResourceValue& value) const {
  if (value.resource() == kAuthLogResource) feeds_.log.add_health(value);
}

void HubLink::on_log_health() {
  const auto& values = agent_.values();
  if (const auto found = values.find(kAuthLogResource); found != values.end())
    send_value(found->second);
}

void HubLink::on_again(const v1::LogAgain& again) {
  log_frame_.clear();  // the hub has dropped what it would say
  feeds_.log.on_again(again);
  feeds_.events.on_again(again);
}

void HubLink::on_acknowledged(const v1::LogAcknowledged& acknowledged) {
  if (EventFeed::is_of(acknowledged.position())) return feeds_.events.on_acknowledged(acknowledged);
  feeds_.log.on_acknowledged(acknowledged);
}

void HubLink::end_feeds() {
  feeds_.log.on_closed();
  feeds_.events.on_closed();
  feeds_.executions.on_closed();
}

void HubLink::make_frames() {
  if (log_frame_.empty()) {
    // Local events are few, and wait for no flood.
    auto events = feeds_.events.next(feeds_.log.allowance());
    if (!events) events = feeds_.log.next();
    if (events) {
      v1::NodeToHub message;
      *message.mutable_log_events() = *std::move(events);
      log_frame_ = encode_frame(message);
    }
  }
  std::size_t bytes = 0;
  for (const auto& frame : execution_frames_) bytes += frame.size();
  while (bytes < kExecutionBytesAtOnce) {
    const auto message = feeds_.executions.next();
    if (!message) return;
    execution_frames_.push_back(encode_frame(*message));
    bytes += execution_frames_.back().size();
  }
}

void HubLink::pull(std::size_t /*bytes_max*/, std::vector<std::string_view>& frames) {
  if (closing_ || standing_by_) return;
  make_frames();
  if (!log_frame_.empty()) frames.emplace_back(log_frame_);
  for (const auto& frame : execution_frames_) frames.emplace_back(frame);
}

void HubLink::pulled(std::size_t count) {
  if (count > 0 && !log_frame_.empty()) {
    log_frame_.clear();
    --count;
  }
  execution_frames_.erase(execution_frames_.begin(),
                          execution_frames_.begin() + static_cast<std::ptrdiff_t>(count));
}

void HubLink::renew(std::string certificate_request) {
  if (!connected_ || closing_) return;
  v1::NodeToHub message;
  message.mutable_renew()->set_certificate_request(std::move(certificate_request));
  send(message);
}

void HubLink::stand_by() {
  standing_by_ = true;
  agent_.detach(*this);
  if (std::exchange(connected_, false)) end_feeds();
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
  if (std::exchange(connected_, false)) end_feeds();
  if (!standing_by_) observer_.on_closed(closed);
}

void HubLink::send(const v1::NodeToHub& message) { peer_.send(encode_frame(message)); }

}  // namespace picket::node
