// Keeps the node connected to one hub: dials, lets TLS check both, serves the link, and comes back
// with back-off for as long as the agent runs.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "common/backoff.h"
#include "common/daemon.h"
#include "common/dial.h"
#include "common/link.h"
#include "common/tls.h"
#include "node/core/agent.h"

namespace picket::node {

class HubConnection final : public HubLinkObserver {
 public:
  /// `addresses` are tried in turn. All references outlive this object, which outlives its task.
  HubConnection(Agent& agent, Daemon& daemon, TlsContext tls, std::vector<HostPort> addresses,
                Backoff::Random random);

  /// The task of Daemon::accepting(): ends when it is cancelled. A link that stands then goes on in
  /// Daemon::tasks() until Agent::stop() has ended it.
  asio::awaitable<void> run();
  /// The daemon stops: no more complaints.
  void stop() { stopping_ = true; }

  void on_welcome(const v1::Welcome& welcome) override;
  void on_refused(const v1::Refusal& refusal) override;
  void on_closed(const Closed& closed) override;

 private:
  asio::awaitable<void> serve(Dialled dialled);
  void say(std::string_view event, const std::string& why);

  Agent& agent_;
  Daemon& daemon_;
  TlsContext tls_;
  std::vector<HostPort> addresses_;
  Backoff backoff_;
  LinkBuffers buffers_;
  LinkSettings settings_;
  std::string address_;    // of the hub that answered
  std::string last_said_;  // the same trouble is told once, not at each attempt
  Milliseconds retry_after_{0};
  asio::steady_timer link_closed_;  // cancelled when it has
  bool link_is_open_ = false;
  bool stopping_ = false;
};

}  // namespace picket::node
