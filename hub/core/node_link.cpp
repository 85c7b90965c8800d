#include "hub/core/node_link.h"

#include <algorithm>
#include <utility>

#include "common/decode.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "hub/core/hub.h"
#include "hub/core/node_claims.h"

namespace picket::hub {
namespace {

// Nodes that connect at once are not all asked at once for ever after.
Nanoseconds first_clock_wait(uint64_t link_id) {
  constexpr uint64_t kSteps = 16;
  const Nanoseconds half = limits::kClockProbeEvery / 2;
  return half + half * static_cast<int64_t>(link_id % kSteps) / kSteps;
}

}  // namespace

NodeLink::NodeLink(Hub& hub, Peer& peer, NodeCertificate certificate, std::string address)
    : hub_(hub),
      peer_(peer),
      certificate_(std::move(certificate)),
      address_(std::move(address)),
      id_(hub.next_link_id()),
      log_grant_(hub.clock().steady()) {}

NodeLink::~NodeLink() {
  if (grant_timer_) hub_.deadlines().cancel(*grant_timer_);
  if (clock_timer_) hub_.deadlines().cancel(*clock_timer_);
}

void NodeLink::on_frame(std::string_view payload) {
  if (phase_ == Phase::kClosing) return;
  v1::NodeToHub message;
  if (!decode(payload, shapes::kNodeToHub, message)) {
    phase_ = Phase::kClosing;
    return peer_.close({CloseReason::kBadFrame, "not a message of a node, or over a limit"});
  }
  // The table role x state x message: hello first and once; the rest when connected; a waiting link
  // may only say goodbye. A message of a newer version has no case here and is skipped.
  const bool hello = message.has_hello();
  if (phase_ == Phase::kHello && !hello) return protocol_error("the first message must be hello");
  if (phase_ != Phase::kHello && hello) return protocol_error("a second hello");
  if (phase_ == Phase::kWaiting && !message.has_goodbye()) {
    return protocol_error("a message before the welcome");
  }
  switch (message.message_case()) {
    case v1::NodeToHub::kHello: return on_hello(message.hello());
    case v1::NodeToHub::kValue: return on_value(std::move(*message.mutable_value()));
    case v1::NodeToHub::kRefreshed: return on_refreshed(std::move(*message.mutable_refreshed()));
    case v1::NodeToHub::kProbeReply: return on_probe_reply(message.probe_reply());
    case v1::NodeToHub::kLogEvents: return on_log_events(message.log_events());
    case v1::NodeToHub::kRenew: return on_renew(message.renew());
    case v1::NodeToHub::kRunRefused:
      return hub_.executions().on_refused(*this, message.run_refused());
    case v1::NodeToHub::kExecutionStarted:
      return hub_.executions().on_started(*this, message.execution_started());
    case v1::NodeToHub::kExecutionOutput:
      return on_output(std::move(*message.mutable_execution_output()));
    case v1::NodeToHub::kExecutionEnded:
      return hub_.executions().on_ended(*this, message.execution_ended());
    case v1::NodeToHub::kKnownExecutions:
      return hub_.executions().on_known(*this, message.known_executions());
    case v1::NodeToHub::kGoodbye:
      said_goodbye_ = true;
      return close({CloseReason::kPeerStopped, {}});
    case v1::NodeToHub::MESSAGE_NOT_SET: return;
  }
}

void NodeLink::on_hello(const v1::NodeHello& hello) {
  if (!protocol::common_version(hello.peer())) {
    return refuse(v1::Refusal::REASON_PROTOCOL_VERSION,
                  protocol::version_mismatch(hello.peer(), "hub"), CloseReason::kProtocolVersion);
  }
  if (!is_within_limits(hello)) {
    return protocol_error("a text or list in hello is over its limit");
  }
  resources_.insert(hello.resources().begin(), hello.resources().end());
  folder_id_ = hello.folder_id();
  phase_ = Phase::kWaiting;
  peer_.set_frame_bytes_max(limits::kFrameBytesMax);
  hub_.node_links().admit(*this, certificate_, hello);
}

void NodeLink::welcome() {
  phase_ = Phase::kConnected;
  welcomed_ = true;
  v1::HubToNode message;
  auto* welcome = message.mutable_welcome();
  *welcome->mutable_peer() = hub_.info().peer;
  welcome->set_node(node());
  welcome->set_hub_unix_ns(to_unix_ns(hub_.clock().wall()));
  for (auto& position : hub_.log_intake().positions().stored(node())) {
    *welcome->add_positions() = std::move(position);
  }
  welcome->set_log_events_granted(log_grant_.granted());
  send(message);
  hub_.executions().on_connected(*this);
  check_clock();
}

bool NodeLink::check_value(const v1::ResourceValue& value) {
  if (!resources_.contains(value.resource())) {
    protocol_error("a value of a resource that hello did not name");
    return false;
  }
  if (!is_within_limits(value)) {
    protocol_error("a text or list in a value is over its limit");
    return false;
  }
  return true;
}

std::optional<v1::ResourceValue> NodeLink::assemble(ValueAssembler& assembler,
                                                    v1::ResourceValue value) {
  switch (assembler.add(std::move(value))) {
    case ValueAssembler::Outcome::kComplete: return assembler.take();
    case ValueAssembler::Outcome::kIncomplete: return std::nullopt;
    case ValueAssembler::Outcome::kOutOfOrder:
      protocol_error("parts of a value out of order");
      break;
    case ValueAssembler::Outcome::kTooLarge: protocol_error("a value over 4 MiB"); break;
  }
  return std::nullopt;
}

void NodeLink::on_value(v1::ResourceValue value) {
  if (!check_value(value)) return;
  const auto complete = assemble(value_, std::move(value));
  if (!complete) return;
  const std::size_t others = hub_.state().bytes_beside(node(), complete->resource());
  if (others + complete->ByteSizeLong() > limits::kNodeValuesBytesMax) {
    return protocol_error("values of more than 8 MiB in all");
  }
  hub_.on_value(*this, *complete);
}

void NodeLink::on_refreshed(v1::Refreshed refreshed) {
  if (!check_value(refreshed.value())) return;
  const auto found = refreshes_.find(refreshed.id());
  if (found == refreshes_.end()) return;  // too late: its asker has been answered
  if (refreshed.value().resource() != found->second.resource) {
    return protocol_error("a refresh of another resource than asked for");
  }
  const auto complete = assemble(refreshed_, std::move(*refreshed.mutable_value()));
  if (!complete) return;
  auto done = std::move(found->second.done);
  refreshes_.erase(found);
  hub_.on_refreshed(*this, *complete);
  done();
}

void NodeLink::on_probe_reply(const v1::ProbeReply& reply) {
  if (reply.id() == 0) return;
  if (reply.id() == life_probe_.id && probe_answered_) {
    life_probe_ = {};
    return std::exchange(probe_answered_, nullptr)();
  }
  if (reply.id() != clock_probe_.id) return;
  const auto sent = std::exchange(clock_probe_, {}).sent;
  const auto sample = clock_sampler_.take(from_peer_unix_ns(reply.now_unix_ns()),
                                          hub_.clock().wall(), hub_.clock().steady() - sent);
  if (sample && reply.now_unix_ns() != 0) hub_.on_clock(*this, *sample);
}

void NodeLink::on_log_events(const v1::LogEvents& sent) {
  const auto count = static_cast<uint64_t>(std::max(sent.events_size(), 1));
  if (!log_grant_.receive(count, hub_.clock().steady())) {
    return protocol_error("more log events than were granted");
  }
  if (sent.round() == log_round_) {
    const auto news = hub_.log_intake().take(node(), sent, id_, log_grant_.received());
    if (!news) return protocol_error(news.error());
    if (!*news) log_grant_.done(log_grant_.received());  // nothing will be stored that says so
  } else {
    log_grant_.done(log_grant_.received());  // sent before it knew that it must go back
  }
  grant_more();
}

void NodeLink::on_renew(const v1::Renew& renew) {
  auto result = hub_.renewals().renew(certificate_, renew.certificate_request(), "node " + node());
  v1::HubToNode message;
  if (auto* joined = std::get_if<v1::Joined>(&result)) {
    message.mutable_renewed()->set_certificate(joined->certificate());
    hub_.on_renewed(node());
  } else {
    const auto& refused = std::get<JoinRefused>(result);
    if (refused.reason == v1::JoinRefusal::REASON_BAD_REQUEST) return protocol_error(refused.text);
    message.mutable_renewed()->set_refused(refused.text);
  }
  send(message);
}

void NodeLink::on_log_position(const NodePosition& position, bool stored) {
  log_grant_.done(position.events);
  if (stored && phase_ == Phase::kConnected && !position.dropped) {
    v1::HubToNode message;
    *message.mutable_log_acknowledged()->mutable_position() = position.position;
    send(message);
  }
  grant_more();
}

void NodeLink::ask_again(const std::vector<v1::LogPosition>& positions) {
  if (phase_ != Phase::kConnected) return;
  v1::HubToNode message;
  auto* again = message.mutable_log_again();
  again->mutable_positions()->Assign(positions.begin(), positions.end());
  again->set_round(++log_round_);
  send(message);
}

void NodeLink::grant_more() {
  if (phase_ != Phase::kConnected) return;
  if (const auto total = log_grant_.grant(hub_.clock().steady())) {
    v1::HubToNode message;
    message.mutable_log_granted()->set_events(*total);
    send(message);
  }
  // A grant may be of less than what ends the want.
  if (log_grant_.is_starved() && !grant_timer_) {
    grant_timer_ = hub_.deadlines().at(hub_.clock().steady() + limits::kLogGrantRetry, [this] {
      grant_timer_.reset();
      grant_more();
    });
  }
}

void NodeLink::on_output(v1::ExecutionOutput output) {
  if (!hub_.executions().on_output(*this, std::move(output)))
    protocol_error("more output of a command than was granted");
}

void NodeLink::run(v1::RunCommand command) {
  v1::HubToNode message;
  *message.mutable_run() = std::move(command);
  send(message);
}

void NodeLink::cancel_execution(const std::string& id) {
  v1::HubToNode message;
  message.mutable_cancel_execution()->set_id(id);
  send(message);
}

void NodeLink::grant_output(const std::string& id, uint64_t bytes) {
  v1::HubToNode message;
  message.mutable_output_credit()->set_id(id);
  message.mutable_output_credit()->set_bytes(bytes);
  send(message);
}

void NodeLink::settle_execution(const std::string& id) {
  v1::HubToNode message;
  message.mutable_settle_execution()->set_id(id);
  send(message);
}

void NodeLink::refresh(uint64_t id, const std::string& resource, std::function<void()> done) {
  refreshes_[id] = {.resource = resource, .done = std::move(done)};
  v1::HubToNode message;
  message.mutable_refresh()->set_id(id);
  message.mutable_refresh()->set_resource(resource);
  send(message);
}

void NodeLink::probe(std::function<void()> answered) {
  probe_answered_ = std::move(answered);
  life_probe_ = send_probe();
}

NodeLink::PendingProbe NodeLink::send_probe() {
  v1::HubToNode message;
  message.mutable_probe()->set_id(++last_probe_id_);
  send(message);
  return {.id = last_probe_id_, .sent = hub_.clock().steady()};
}

// An answer that hasn't come until the next question is none.
void NodeLink::check_clock() {
  if (phase_ != Phase::kConnected) return;
  const bool is_first = last_probe_id_ == 0;
  clock_probe_ = send_probe();
  const Nanoseconds wait = is_first ? first_clock_wait(id_) : Nanoseconds(limits::kClockProbeEvery);
  clock_timer_ = hub_.deadlines().at(hub_.clock().steady() + wait, [this] {
    clock_timer_.reset();
    check_clock();
  });
}

void NodeLink::refuse(v1::Refusal::Reason reason, const std::string& text, CloseReason close_reason,
                      Milliseconds retry_after) {
  v1::HubToNode message;
  auto* refusal = message.mutable_refusal();
  refusal->set_reason(reason);
  refusal->set_text(text);
  refusal->set_retry_after_ms(static_cast<uint64_t>(retry_after.count()));
  send(message);
  close({close_reason, text});
}

void NodeLink::close(Closed closed) {
  if (phase_ == Phase::kClosing) return;
  phase_ = Phase::kClosing;
  peer_.close(std::move(closed));
}

void NodeLink::on_closed(const Closed& closed) {
  phase_ = Phase::kClosing;
  auto waiting = std::exchange(refreshes_, {});
  hub_.on_node_closed(*this, welcomed_,
                      said_goodbye_ ? Closed{CloseReason::kPeerStopped, {}} : closed);
  for (auto& [id, refresh] : waiting) refresh.done();
}

void NodeLink::send(const v1::HubToNode& message) { peer_.send(encode_frame(message)); }

void NodeLink::protocol_error(const std::string& detail) {
  refuse(v1::Refusal::REASON_PROTOCOL_ERROR, detail, CloseReason::kProtocolError);
}

}  // namespace picket::hub
