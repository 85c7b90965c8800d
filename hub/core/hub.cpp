#include "hub/core/hub.h"

#include <utility>

namespace picket::hub {

Hub::Hub(HubParts parts, HubSettings settings, AccessRules access, HubInfo info)
    : parts_(parts),
      settings_(settings),
      access_(std::move(access)),
      info_(std::move(info)),
      state_(parts.clock, parts.journal.last_committed()),
      publisher_(state_, parts.journal, settings.ring_bytes_max),
      node_links_(*this),
      refreshes_(node_links_, parts.clock, parts.deadlines) {
  publisher_.on_pressure([this](bool pressure) { node_links_.set_reading(!pressure); });
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
  publisher_.publish(state_.started(info_.peer.version()));
  deadlines().at(quiet_until_, [this] { end_quiet_time(); });
}

void Hub::end_quiet_time() {
  for (const auto& node : expected_) publisher_.publish(state_.absent(node));
  expected_.clear();
}

void Hub::stop() {
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

void Hub::on_joined(const std::string& node) {
  for (const auto& known : identities().known()) {
    if (known.name == node) state_.known(node, known.expires);
  }
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
  publisher_.publish(state_.connected(connected, quiet));
}

void Hub::on_node_closed(NodeLink& link, bool welcomed, const Closed& closed) {
  closed_links_.record(clock().wall(), welcomed ? "node" : "unauthenticated", link.node(),
                       link.address(), closed);
  if (!node_links_.closed(link)) return;
  publisher_.publish(state_.disconnected(link.node(), std::string(to_string(closed.reason))));
  forget_later(link.node());
}

void Hub::forget_later(const std::string& node) {
  if (!settings_.forget_after) return;
  const auto* record = state_.find(node);
  if (record == nullptr) return;
  const WallTime since = record->since;
  deadlines().at(clock().steady() + *settings_.forget_after, [this, node, since] {
    const auto* now = state_.find(node);
    const bool same = now != nullptr && now->since == since &&
                      (now->state == v1::NodeSummary::STATE_DISCONNECTED ||
                       now->state == v1::NodeSummary::STATE_NOT_SEEN);
    if (same) publisher_.publish(state_.forgotten(node));
  });
}

void Hub::on_identity_conflict(const std::string& node, const std::string& address,
                               const std::string& other_address) {
  publisher_.publish(state_.conflict(node, address, other_address));
}

void Hub::on_value(const NodeLink& link, const v1::ResourceValue& value) {
  publisher_.publish(state_.value(link.node(), value));
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
  publisher_.publish(state_.revoked(node));
  node_links_.cut(node);
  expected_.erase(node);
}

void Hub::on_forgotten(const std::string& node) {
  publisher_.publish(state_.forgotten(node));
  expected_.erase(node);
}

}  // namespace picket::hub
