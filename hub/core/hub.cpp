#include "hub/core/hub.h"

#include <algorithm>
#include <utility>

#include "hub/core/stored_node.h"

namespace picket::hub {
namespace {

constexpr auto kClockMayHaveGoneBack = std::chrono::hours(1);

}  // namespace

Hub::Hub(HubParts parts, HubSettings settings, AccessRules access, HubInfo info)
    : parts_(std::move(parts)),
      settings_(settings),
      access_(std::move(access)),
      info_(std::move(info)),
      renewals_(parts_.identities, parts_.audit, parts_.clock),
      state_(parts_.clock, parts_.journal.last_committed()),
      publisher_({state_, parts_.clock, parts_.deadlines, parts_.journal,
                  [this](const std::string& id) { return executions_.encode(id); }},
                 settings.ring_bytes_max),
      log_intake_(state_, publisher_),
      node_links_(*this),
      refreshes_(node_links_, parts_.clock, parts_.deadlines),
      executions_(*this, parts_.random),
      refusals_(parts_.clock, parts_.deadlines, parts_.audit) {
  state_.set_people(settings_.people);
  publisher_.on_pressure([this](bool pressure) { node_links_.set_reading(!pressure); });
  publisher_.on_position(
      [this](const NodePosition& position, bool stored) { on_position(position, stored); });
  publisher_.on_execution_stored([this](const std::string& id) { executions_.on_stored(id); });
  publisher_.on_storing_changed([this](bool storing, const std::string& /*reason*/) {
    if (storing) ask_again();
  });
}

std::vector<std::string> Hub::restore(const JournalContents& contents) {
  std::vector<std::string> troubles;
  publisher_.restore(contents.runs);
  for (const HubRun& run : contents.runs) {
    const WallTime start = start_of(run.start_seq);
    first_start_ = std::min(first_start_.value_or(start), start);
  }
  std::set<std::string, std::less<>> known;
  for (const auto& node : identities().known()) known.insert(node.name);
  for (const auto& row : contents.nodes) {
    auto record = decode_node(row.bytes);
    if (!known.contains(row.name)) {
      publisher_.publish(row.name, {});  // forgotten since: its row goes
    } else if (record) {
      state_.restore(row.name, *std::move(record), clock().wall());
    } else {
      troubles.push_back("what was stored of node " + row.name + " is left out: " + record.error());
    }
  }
  for (const auto& row : contents.executions) {
    if (executions_.restore(row.bytes)) continue;
    troubles.push_back("what was stored of execution " + row.id + " is left out");
    publisher_.store_execution(row.id);  // its row goes
  }
  for (const auto& position : contents.positions) {
    log_intake_.positions().restore(position);
    if (known.contains(position.node)) continue;
    for (auto& dropped : log_intake_.positions().forget(position.node)) {
      publisher_.publish({}, std::move(dropped));
    }
  }
  return troubles;
}

void Hub::start() {
  started_at_ = clock().wall();
  quiet_until_ = clock().steady() + settings_.dead_after + limits::kStartQuiet;
  for (const auto& known : identities().known()) {
    if (known.revoked) continue;
    state_.known(known.name, known.expires);
    expected_.insert(known.name);
    forget_later(known.name);
  }
  publisher_.publish("", state_.started(info_.peer.version()));
  deadlines().at(quiet_until_, [this] { end_quiet_time(); });
  if (!first_start_) return executions_.on_log_read();
  unended_runs_.find(std::min(*first_start_, started_at_) - kClockMayHaveGoneBack);
}

void Hub::end_quiet_time() {
  for (const auto& node : expected_) publisher_.publish(node, state_.absent(node));
  expected_.clear();
}

// A node that must send more of its log again, or whose events are stored now, is told so.
void Hub::on_position(const NodePosition& position, bool stored) {
  auto& positions = log_intake_.positions();
  if (stored) {
    positions.on_stored(position);
  } else {
    positions.on_unstored(position);
  }
  NodeLink* link = node_links_.find(position.node);
  if (link != nullptr && link->id() == position.link) {
    link->on_log_position(position, stored);
  }
}

void Hub::ask_again() {
  auto& positions = log_intake_.positions();
  for (const auto& node : positions.nodes_to_repeat()) {
    if (NodeLink* link = node_links_.find(node)) link->ask_again(positions.to_repeat(node));
  }
}

void Hub::stop() {
  stopping_ = true;
  refusals_.sum_up();
  const Closed stopping{CloseReason::kStopping, "the hub stops"};
  node_links_.close_all(stopping);
  const auto clients = clients_;
  for (auto* client : clients) client->close(stopping);
}

std::unique_ptr<NodeLink> Hub::make_node_link(Peer& peer, NodeCertificate certificate,
                                              std::string address) {
  return std::make_unique<NodeLink>(*this, peer, std::move(certificate), std::move(address));
}

std::unique_ptr<LinkHandler> Hub::make_client_link(Peer& peer, Caller caller) {
  auto link = std::make_unique<ClientLink>(*this, peer, std::move(caller));
  clients_.insert(link.get());
  return link;
}

void Hub::on_unauthenticated_closed(std::string kind, std::string peer, std::string address,
                                    const Closed& closed) {
  closed_links_.record(clock().wall(), std::move(kind), std::move(peer), std::move(address),
                       closed);
}

void Hub::on_renewed(const std::string& node) {
  for (const auto& known : identities().known()) {
    if (known.name == node) state_.known(node, known.expires);
  }
}

void Hub::on_joined(const std::string& node) {
  on_renewed(node);
  // Whoever holds the name by an older certificate has lost it.
  node_links_.cut(node);
}

bool Hub::is_returning(std::string_view node) const {
  return expected_.contains(node) && clock().steady() < quiet_until_;
}

void Hub::on_node_connected(const Connected& connected, bool quiet) {
  if (const auto expected = expected_.find(connected.node); expected != expected_.end()) {
    expected_.erase(expected);
  }
  publisher_.publish(connected.node, state_.connected(connected, quiet));
}

void Hub::on_node_closed(NodeLink& link, bool welcomed, const Closed& closed) {
  closed_links_.record(clock().wall(), welcomed ? "node" : "unauthenticated", link.node(),
                       link.address(), closed);
  // It is the hub that goes: when it is back, it says what became of its nodes meanwhile.
  if (!node_links_.closed(link) || stopping_) return;
  publisher_.publish(link.node(),
                     state_.disconnected(link.node(), std::string(to_string(closed.reason))));
  executions_.on_disconnected(link.node());
  forget_later(link.node());
}

void Hub::set_access(AccessRules rules) {
  access_ = Access(std::move(rules));
  const auto clients = clients_;
  for (auto* client : clients) {
    if (access_.of(client->caller()) == Permission::kNone)
      client->close({CloseReason::kNotPermitted, "the hub's [access] has changed"});
  }
}

void Hub::set_settings(const HubSettings& settings) {
  settings_ = settings;
  state_.set_people(settings_.people);
  std::vector<std::string> nodes;  // forgetting takes them off the list
  for (const auto& [name, record] : state_.nodes()) nodes.push_back(name);
  for (const auto& node : nodes) forget_later(node);
}

void Hub::forget_later(const std::string& node) {
  if (const auto timer = forget_timers_.extract(node)) deadlines().cancel(timer.mapped());
  if (!settings_.forget_after) return;
  const auto* record = state_.find(node);
  if (record == nullptr) return;
  const WallTime since = record->since;  // perhaps in an earlier run
  const Nanoseconds gone = std::max(Nanoseconds(0), clock().wall() - since);
  const Nanoseconds left = std::max(Nanoseconds(0), *settings_.forget_after - gone);
  forget_timers_[node] = deadlines().at(clock().steady() + left, [this, node, since] {
    forget_timers_.erase(node);
    const auto* now = state_.find(node);
    const bool same = now != nullptr && now->since == since &&
                      (now->state == v1::NodeSummary::STATE_DISCONNECTED ||
                       now->state == v1::NodeSummary::STATE_NOT_SEEN);
    if (same) forget(node);
  });
}

void Hub::on_identity_conflict(const std::string& node, const std::string& address,
                               const std::string& other_address) {
  // Refused whether or not it can be recorded; the event tells it too.
  static_cast<void>(audit().record({.actor = "node " + node + " " + other_address,
                                    .action = "node.identity_conflict",
                                    .object = node,
                                    .allowed = false,
                                    .outcome = "another holder of its certificate is connected",
                                    .details = {{"holder", address}}}));
  publisher_.publish(node, state_.conflict(node, address, other_address));
}

void Hub::on_refused(const std::string& node, const std::string& address) {
  static_cast<void>(audit().record({.actor = "node " + node + " " + address,
                                    .action = "node.refuse",
                                    .object = node,
                                    .allowed = false,
                                    .outcome = "its certificate was revoked or replaced",
                                    .details = {}}));
  publisher_.publish(node, state_.refused(node, address));
}

void Hub::on_value(const NodeLink& link, const v1::ResourceValue& value) {
  publisher_.publish(link.node(), state_.value(link.node(), value));
}

void Hub::on_clock(const NodeLink& link, const ClockSample& sample) {
  const auto updates = state_.clock(link.node(), sample);
  if (!updates.empty()) publisher_.publish(link.node(), updates);  // else its row is as it was
}

void Hub::on_refreshed(const NodeLink& link, const v1::ResourceValue& value) {
  state_.refreshed(link.node(), value);
}

void Hub::on_client_closed(ClientLink& link, const Closed& closed) {
  clients_.erase(&link);
  // Every answered request ends so; it would push out what somebody may ask about.
  if (closed.reason == CloseReason::kPeerClosed) return;
  closed_links_.record(clock().wall(), "client", to_string(link.caller()), {}, closed);
}

void Hub::on_revoked(const std::string& node) {
  publisher_.publish(node, state_.revoked(node));
  node_links_.cut(node);
  executions_.on_gone(node);
  expected_.erase(node);
}

void Hub::on_forgotten(const std::string& node) {
  forget(node);
  expected_.erase(node);
}

void Hub::forget(const std::string& node) {
  publisher_.publish(node, state_.forgotten(node));
  executions_.on_gone(node);
  // Whoever joins under this name again has another log.
  for (auto& dropped : log_intake_.positions().forget(node)) {
    publisher_.publish({}, std::move(dropped));
  }
}

}  // namespace picket::hub
