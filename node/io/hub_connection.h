// Keeps the node connected to one hub: dials, lets TLS check both, serves the link, and comes back
// with back-off for as long as the agent runs.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>

#include "common/backoff.h"
#include "common/daemon.h"
#include "common/dial.h"
#include "common/link.h"
#include "common/tls.h"
#include "node/core/agent.h"
#include "node/io/certificate_renewal.h"
#include "node/io/hub_identity.h"

namespace picket::node {

class HubConnection final : public HubLinkObserver {
 public:
  /// `feeds` are that hub's. The identity's addresses are tried in turn. `source` is asked again
  /// when the hub has refused it: the node may have joined again. All references outlive this
  /// object, which outlives its task.
  HubConnection(Agent& agent, HubFeeds feeds, Daemon& daemon, const Clock& clock,
                HubIdentity identity, IdentitySource& source, const Backoff::Random& random);

  /// The task of Daemon::accepting(): ends when it is cancelled. A link that stands then goes on in
  /// Daemon::tasks() until Agent::stop() has ended it.
  asio::awaitable<void> run();
  /// As whom and where to go from the next connection on: the configuration has changed.
  void read_identity_again();
  /// The daemon stops: no more complaints.
  void stop() { stopping_ = true; }

  /// The hub has welcomed this node, and the link stands.
  bool is_connected() const { return link_is_open_ && !is_refused_; }

  void on_welcome(const v1::Welcome& welcome) override;
  void on_refused(const v1::Refusal& refusal) override;
  void on_renewed(const v1::Renewed& renewed) override;
  void on_closed(const Closed& closed) override;

 private:
  using Identity = std::shared_ptr<const HubIdentity>;

  asio::awaitable<void> serve(Dialled dialled, Identity identity);
  asio::awaitable<void> recover(Identity identity);
  void switch_over();
  void end_previous();
  asio::awaitable<void> pause(Milliseconds length);
  /// True: the node has another certificate than the one that was used.
  bool renew_identity();
  void say(std::string_view event, const std::string& why);

  Agent& agent_;
  HubFeeds feeds_;
  Daemon& daemon_;
  Identity identity_;  // of the next connection; each keeps its own
  Identity current_;   // of the latest link
  IdentitySource& source_;
  Sha256 newest_;  // certificate that the source had when it was read last
  CertificateRenewal renewal_;
  Backoff backoff_;
  LinkBuffers buffers_;
  LinkSettings settings_;
  std::string address_;  // of the hub that answered
  // By event, since each attempt may have several: the same trouble is told once.
  std::map<std::string, std::string, std::less<>> last_said_;
  Milliseconds retry_after_{0};
  asio::steady_timer link_closed_;  // cancelled when it has
  bool link_is_open_ = false;
  HubLink* hub_link_ = nullptr;   // the open one
  std::weak_ptr<Link> link_;      // the same
  std::weak_ptr<Link> previous_;  // stands by until another has taken over
  bool switching_ = false;
  bool hub_says_expired_ = false;
  bool is_refused_ = false;  // the hub won't have the identity, or didn't say welcome
  bool stopping_ = false;
};

}  // namespace picket::node
