#include "hub/core/node_links.h"

#include <utility>

#include "common/limits.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

// The second holder of an identity is told to come again after this, and reported again at most so
// often.
constexpr auto kConflictRetry = 60s;
constexpr auto kConflictReportEvery = 1h;
constexpr auto kRefusalReportEvery = 24h;
constexpr auto kChallengeRetry = 5s;

}  // namespace

NodeLink* NodeLinks::find(std::string_view node) {
  const auto found = holders_.find(node);
  return found == holders_.end() ? nullptr : found->second;
}

void NodeLinks::admit(NodeLink& link, const NodeCertificate& certificate,
                      const v1::NodeHello& hello) {
  const Standing standing = hub_.identities().admit(certificate);
  if (standing == Standing::kRevoked) tell_refused(link);
  if (standing != Standing::kAdmitted) return refuse(link, standing);
  NodeLink* holder = find(link.node());
  if (holder == nullptr) return accept(link, certificate, hello, hub_.is_returning(link.node()));
  if (!hello.folder_id().empty() && holder->folder_id() == hello.folder_id()) {
    accept(link, certificate, hello, true);
    return holder->close({CloseReason::kReplaced, "the same agent connected again"});
  }
  challenge(*holder, link, certificate, hello);
}

// An agent that was forgotten about comes every minute.
void NodeLinks::tell_refused(const NodeLink& link) {
  const auto now = hub_.clock().steady();
  const auto last = last_refusals_.find(link.node());
  if (last != last_refusals_.end() && now - last->second < kRefusalReportEvery) return;
  last_refusals_[link.node()] = now;
  hub_.on_refused(link.node(), link.address());
}

void NodeLinks::refuse(NodeLink& link, Standing standing) {
  if (standing == Standing::kRevoked) {
    return link.refuse(
        v1::Refusal::REASON_REVOKED,
        "this node's certificate was revoked or replaced; join again with a new token",
        CloseReason::kRevoked, kConflictRetry);
  }
  link.refuse(v1::Refusal::REASON_UNKNOWN_NODE,
              "the hub does not know a node of this name; join again with a new token",
              CloseReason::kForgotten, kConflictRetry);
}

void NodeLinks::accept(NodeLink& link, const NodeCertificate& certificate,
                       const v1::NodeHello& hello, bool quiet) {
  holders_[link.node()] = &link;
  Connected connected{.node = link.node(),
                      .address = link.address(),
                      .certificate_expires = certificate.expires,
                      .facts = hello.facts(),
                      .resources = {hello.resources().begin(), hello.resources().end()}};
  hub_.identities().used(certificate);
  sweep_later();
  link.welcome();
  hub_.on_node_connected(connected, quiet);
}

// One timer for all: a link lives on for ten seconds at most when its certificate has ended.
void NodeLinks::sweep_later() {
  if (std::exchange(sweeps_, true)) return;
  hub_.deadlines().at(hub_.clock().steady() + limits::kExpirySweep, [this] {
    sweeps_ = false;
    sweep_expired();
    if (!holders_.empty()) sweep_later();
  });
}

void NodeLinks::sweep_expired() {
  const WallTime now = hub_.clock().wall();
  for (const auto& [node, link] : holders_) {
    if (now < link->certificate().expires) continue;
    link->refuse(v1::Refusal::REASON_CERTIFICATE_EXPIRED,
                 "this node's certificate has expired while it was connected; the agent renews it",
                 CloseReason::kCertificateExpired);
  }
}

void NodeLinks::challenge(NodeLink& holder, NodeLink& link, const NodeCertificate& certificate,
                          const v1::NodeHello& hello) {
  const std::string node = link.node();
  if (challenges_.contains(node)) {
    return link.refuse(v1::Refusal::REASON_BUSY, "another link with this name is being decided on",
                       CloseReason::kBusy, kChallengeRetry);
  }
  const auto due = hub_.clock().steady() + limits::kProbeTimeout;
  const auto deadline = hub_.deadlines().at(due, [this, node] { holder_silent(node); });
  challenges_.emplace(node, Challenge{&link, certificate, hello, deadline});
  holder.probe([this, node] { holder_answered(node); });
}

void NodeLinks::holder_answered(const std::string& node) {
  auto challenge = challenges_.extract(node);
  if (!challenge) return;
  hub_.deadlines().cancel(challenge.mapped().deadline);
  NodeLink& challenger = *challenge.mapped().challenger;
  if (is_news(node, challenge.mapped().hello.folder_id())) {
    hub_.on_identity_conflict(node, find(node)->address(), challenger.address());
  }
  challenger.refuse(
      v1::Refusal::REASON_IDENTITY_CONFLICT,
      "another agent with this node's certificate is connected and answers; if this server "
      "is a copy, join it under a name of its own",
      CloseReason::kIdentityConflict, kConflictRetry);
}

bool NodeLinks::is_news(const std::string& node, const std::string& folder_id) {
  const auto now = hub_.clock().steady();
  const auto last = last_conflicts_.find(node);
  const bool known = last != last_conflicts_.end() && last->second.folder_id == folder_id &&
                     now - last->second.at < kConflictReportEvery;
  if (!known) last_conflicts_[node] = {.folder_id = folder_id, .at = now};
  return !known;
}

void NodeLinks::holder_silent(const std::string& node) {
  auto challenge = challenges_.extract(node);
  if (!challenge) return;
  auto& [challenger, certificate, hello, deadline] = challenge.mapped();
  if (!challenger->is_waiting()) return;  // it has said goodbye meanwhile
  NodeLink* holder = find(node);
  accept(*challenger, certificate, hello, true);
  if (holder != nullptr)
    holder->close({CloseReason::kTimedOut, "did not answer when a newer link came"});
}

bool NodeLinks::closed(NodeLink& link) {
  const auto challenge = challenges_.find(link.node());
  if (challenge != challenges_.end() && challenge->second.challenger == &link) {
    hub_.deadlines().cancel(challenge->second.deadline);
    challenges_.erase(challenge);
    return false;
  }
  const auto holder = holders_.find(link.node());
  if (holder == holders_.end() || holder->second != &link) return false;
  if (challenge != challenges_.end()) {
    // The name is free now: no need to wait for the answer of one who is gone.
    hub_.deadlines().cancel(challenge->second.deadline);
    const Challenge waiting = std::move(challenge->second);
    challenges_.erase(challenge);
    if (waiting.challenger->is_waiting()) {
      accept(*waiting.challenger, waiting.certificate, waiting.hello, true);
      return false;
    }
  }
  holders_.erase(holder);
  return true;
}

void NodeLinks::cut(std::string_view node) {
  const auto challenge = challenges_.find(node);
  if (challenge != challenges_.end()) {
    hub_.deadlines().cancel(challenge->second.deadline);
    NodeLink* challenger = challenge->second.challenger;
    challenges_.erase(challenge);
    refuse(*challenger, Standing::kRevoked);
  }
  if (NodeLink* holder = find(node)) refuse(*holder, Standing::kRevoked);
}

void NodeLinks::set_reading(bool reading) {
  for (auto& [node, link] : holders_) link->set_reading(reading);
}

void NodeLinks::close_all(const Closed& closed) {
  const auto links = holders_;
  for (const auto& [node, link] : links) link->close(closed);
}

}  // namespace picket::hub
