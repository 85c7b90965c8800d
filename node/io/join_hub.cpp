#include "node/io/join_hub.h"

#include <asio/io_context.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "common/decode.h"
#include "common/dial.h"
#include "common/frame.h"
#include "common/link.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "common/task_group.h"
#include "common/tls.h"

namespace picket::node {
namespace {

/// Sends the request, keeps the reply.
class JoinLink final : public LinkHandler {
 public:
  JoinLink(Peer& peer, std::string request) : peer_(peer) {
    peer_.set_frame_bytes_max(limits::kJoinBytesMax);
    peer_.send(std::move(request));
  }
  void on_frame(std::string_view payload) override {
    v1::JoinReply reply;
    if (decode(payload, shapes::kJoinReply, reply)) reply_ = std::move(reply);
    peer_.close({CloseReason::kPeerClosed, {}});
  }
  void on_closed(const Closed& closed) override { closed_ = closed; }

  const std::optional<v1::JoinReply>& reply() const { return reply_; }
  const Closed& closed() const { return closed_; }

 private:
  Peer& peer_;
  std::optional<v1::JoinReply> reply_;
  Closed closed_{CloseReason::kInternal, {}};
};

std::string words(const Closed& closed) {
  return closed.detail.empty() ? std::string(to_string(closed.reason)) : closed.detail;
}

LinkSettings join_settings() {
  LinkSettings settings;
  settings.handshake_timeout = limits::kJoinTimeout;
  settings.dead_after = limits::kJoinTimeout;
  settings.frame_bytes_max = limits::kJoinBytesMax;
  return settings;
}

/// One exchange of a request for a reply; what its task finds is in its members.
struct Exchange {
  const TlsContext& tls;
  std::vector<HostPort> addresses;
  std::string request;
  std::optional<v1::JoinReply> reply = {};
  std::string error = {};
  LinkSettings settings = join_settings();
  LinkBuffers buffers = {};

  asio::awaitable<void> run(asio::any_io_executor executor) {
    auto dialling = dial_tcp(addresses, limits::kConnectTimeout);
    Result<Dialled> dialled = co_await std::move(dialling);
    if (!dialled) {
      error = dialled.error();
      co_return;
    }
    const auto link =
        std::make_shared<Link>(executor, std::move(dialled->socket), tls.make(), buffers, settings);
    const std::optional<TlsPeer> hub = co_await link->handshake();
    if (!hub) {
      error = words(link->closed().value_or(Closed{CloseReason::kInternal, {}}));
      co_return;
    }
    JoinLink handler(*link, request);
    co_await link->run(handler);
    reply = handler.reply();
    if (!reply)
      error = "the hub ended the connection without an answer: " + words(handler.closed());
  }
};

Result<v1::JoinReply> ask(const TlsContext& tls, const std::vector<HostPort>& addresses,
                          std::string request) {
  Exchange exchange{.tls = tls, .addresses = addresses, .request = std::move(request)};
  asio::io_context loop;
  TaskGroup tasks(loop.get_executor(),
                  [&exchange](std::string_view, std::string_view what) { exchange.error = what; });
  tasks.spawn("join", exchange.run(loop.get_executor()));
  loop.run();
  wipe(exchange.request);
  if (!exchange.reply) return Error{exchange.error};
  return *std::move(exchange.reply);
}

Result<std::vector<HostPort>> addresses_of(const JoinAttempt& attempt) {
  std::vector<HostPort> addresses;
  for (const auto& address : attempt.addresses()) {
    auto parsed = parse_host_port(address);
    if (!parsed) return Error{"the token's address: " + parsed.error()};
    addresses.push_back(*std::move(parsed));
  }
  return addresses;
}

}  // namespace

Result<Membership> join_hub(JoinAttempt attempt, const Clock& clock) {
  auto tls = TlsContext::join(attempt.ca_fingerprint());
  if (!tls) return Error{tls.error()};
  const auto addresses = addresses_of(attempt);
  if (!addresses) return Error{addresses.error()};
  const v1::Peer self = protocol::self("picket-node", "join");
  const auto time = ask(*tls, *addresses, encode_frame(JoinAttempt::time_request(self)));
  if (!time) return Error{time.error()};
  if (auto right = JoinAttempt::check_clock(*time, clock.wall()); !right) {
    return Error{right.error()};
  }
  v1::JoinRequest request = attempt.request(self);
  const auto reply = ask(*tls, *addresses, encode_frame(request));
  wipe(*request.mutable_secret());
  if (!reply) return Error{reply.error()};
  return std::move(attempt).accept(*reply, clock.wall());
}

}  // namespace picket::node
