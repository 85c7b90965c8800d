#include "hub/io/node_service.h"

#include <utility>

#include "common/log.h"
#include "hub/io/join_handler.h"

namespace picket::hub {

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

void NodeService::on_accepted(Accepted accepted) {
  auto place = parts_.admission.enter(accepted.remote.ip);
  if (!place) {
    // Closed without a word: a handshake is what it must not cost.
    return parts_.hub.on_unauthenticated_closed(
        "unauthenticated", {}, to_string(accepted.remote),
        {CloseReason::kBusy, "too many connections that have not said who they are"});
  }
  parts_.daemon.tasks().spawn("node link", serve(std::move(accepted), *std::move(place)));
}

asio::awaitable<void> NodeService::serve(Accepted accepted, Admission::Place place) {
  const Endpoint remote = accepted.remote;
  const auto executor = parts_.daemon.tasks().executor();
  const auto link = std::make_shared<Link>(executor, std::move(accepted.socket), parts_.tls.make(),
                                           parts_.buffers, settings_);
  auto shaking = shake_hands(*link, remote);
  std::optional<TlsPeer> peer = co_await std::move(shaking);
  if (!peer) co_return;
  if (peer->protocol == TlsProtocol::kJoin) {
    auto joining = serve_join(*link, remote);
    co_await std::move(joining);
    co_return;
  }
  {
    // TLS has told who it is: the place is free for the next stranger.
    const Admission::Place given_back = std::move(place);
  }
  auto serving = serve_node(*link, *std::move(peer), to_string(remote));
  co_await std::move(serving);
}

asio::awaitable<std::optional<TlsPeer>> NodeService::shake_hands(Link& link, Endpoint remote) {
  const Turns::Turn turn = co_await handshakes_.take();
  std::optional<TlsPeer> peer = co_await link.handshake();
  if (!peer) {
    const Closed closed = link.closed().value_or(Closed{CloseReason::kHandshakeFailed, {}});
    log::info("connection refused", {{"address", to_string(remote)},
                                     {"reason", to_string(closed.reason)},
                                     {"detail", closed.detail}});
    parts_.hub.on_unauthenticated_closed("unauthenticated", {}, to_string(remote), closed);
  }
  co_return peer;
}

asio::awaitable<void> NodeService::serve_node(Link& link, TlsPeer peer, std::string address) {
  const std::string node = peer.name;
  NodeCertificate certificate{.name = std::move(peer.name),
                              .issued = peer.not_before + limits::kCertificateBackdate,
                              .expires = peer.not_after};
  const auto handler = parts_.hub.make_node_link(link, std::move(certificate), address);
  log::info("node link opened", {{"node", node}, {"address", address}});
  co_await link.run(*handler);
  const Closed closed = link.closed().value_or(Closed{CloseReason::kInternal, {}});
  log::info("node link closed", {{"node", node},
                                 {"address", address},
                                 {"reason", to_string(closed.reason)},
                                 {"detail", closed.detail}});
}

asio::awaitable<void> NodeService::serve_join(Link& link, Endpoint remote) {
  JoinHandler handler(parts_.hub, parts_.join, parts_.admission, link, remote);
  co_await link.run(handler);
}

}  // namespace picket::hub
