#include "hub/io/node_service.h"

#include <utility>

#include "common/log.h"
#include "hub/io/join_handler.h"

namespace picket::hub {
namespace {

/// A node's link from the moment that TLS has said who it is. No coroutine waits for its end: that
/// would be 2 KiB for each of thousands of nodes.
class ServedNode final : public LinkHandler {
 public:
  ServedNode(Hub& hub, TaskGroup& tasks, Link& link, TlsPeer peer, const std::string& address)
      : node_link_(hub.make_node_link(link,
                                      {.name = std::move(peer.name),
                                       .issued = peer.not_before + limits::kCertificateBackdate,
                                       .expires = peer.not_after},
                                      address)),
        place_(tasks.enter([&link] { link.abort({CloseReason::kStopping, {}}); })) {
    log::info("node link opened",
              {{"node", node_link_->node()}, {"address", node_link_->address()}});
  }

  void on_frame(std::string_view payload) override { node_link_->on_frame(payload); }
  void on_closed(const Closed& closed) override {
    log::info("node link closed", {{"node", node_link_->node()},
                                   {"address", node_link_->address()},
                                   {"reason", to_string(closed.reason)},
                                   {"detail", closed.detail}});
    node_link_->on_closed(closed);
  }

 private:
  std::unique_ptr<NodeLink> node_link_;
  TaskGroup::Place place_;
};

}  // namespace

NodeService::NodeService(Parts parts, Milliseconds dead_after)
    : parts_(parts),
      handshakes_(parts.daemon.tasks().executor(), limits::kHandshakesAtOnceMax,
                  limits::kHandshakePatience) {
  settings_.dead_after = dead_after;
  settings_.on_exception = [](std::string_view what) {
    log::error("node link failed", {{"what", what}});
  };
}

Result<std::vector<std::string>> NodeService::listen(const std::vector<HostPort>& addresses) {
  auto listeners = listen_tcp(addresses);
  if (!listeners) return Error{listeners.error()};
  std::vector<std::string> actual;
  for (auto& listener : *listeners) {
    actual.push_back(listener.address());
    accept_on(
        parts_.daemon.accepting(), std::move(listener),
        [this](Accepted accepted) { on_accepted(std::move(accepted)); },
        [](std::string_view text) { log::error("accepting nodes", {{"trouble", text}}); });
  }
  return actual;
}

NodeService::~NodeService() { parts_.admission.drop_waiting(); }

void NodeService::on_accepted(Accepted accepted) {
  const auto waiting = std::make_shared<Accepted>(std::move(accepted));
  const bool may_wait =
      parts_.admission.enter(waiting->remote.ip, [this, waiting](Admission::Place place) {
        parts_.daemon.tasks().spawn("node link", serve(std::move(*waiting), std::move(place)));
      });
  // Else closed without a word: a handshake is what it must not cost.
  if (!may_wait) {
    on_refused(waiting->remote,
               {CloseReason::kBusy, "too many connections that have not said who they are"});
  }
}

void NodeService::on_refused(const Endpoint& remote, const Closed& closed) {
  const std::string address = to_string(remote);
  if (const auto left_out = refusals_logged_.take(parts_.hub.clock().steady())) {
    log::info("connection refused",
              {{"address", address},
               {"reason", to_string(closed.reason)},
               {"detail", closed.detail},
               {"refused_and_not_logged", *left_out > 0 ? std::to_string(*left_out) : ""}});
  }
  parts_.hub.on_unauthenticated_closed("unauthenticated", {}, address, closed);
}

// `place` is given back when TLS has told who it is, or when the join is over. What waits for its
// turn has no TLS yet: thousands may.
asio::awaitable<void> NodeService::serve(Accepted accepted, Admission::Place /*place*/) {
  const Endpoint remote = accepted.remote;
  Turns::Turn turn = co_await handshakes_.take();
  const auto link =
      std::make_shared<Link>(parts_.daemon.tasks().executor(), std::move(accepted.socket),
                             tls_->make(), parts_.buffers, settings_);
  std::optional<TlsPeer> peer = co_await link->handshake();
  turn.give_back();
  if (!peer) {
    on_refused(remote, link->closed().value_or(Closed{CloseReason::kHandshakeFailed, {}}));
  } else if (peer->protocol == TlsProtocol::kJoin) {
    auto joining = serve_join(*link, remote, std::move(peer->channel));
    co_await std::move(joining);
  } else {
    link->start(std::make_unique<ServedNode>(parts_.hub, parts_.daemon.tasks(), *link,
                                             *std::move(peer), to_string(remote)));
  }
}

asio::awaitable<void> NodeService::serve_join(Link& link, Endpoint remote, std::string channel) {
  JoinHandler handler(parts_.hub, parts_.join, parts_.admission, link, remote, std::move(channel));
  co_await link.run(handler);
}

}  // namespace picket::hub
