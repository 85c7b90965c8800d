#include "node/io/join_exchange.h"

#include <memory>
#include <optional>
#include <utility>

#include "common/decode.h"
#include "common/dial.h"
#include "common/frame.h"
#include "common/link.h"
#include "common/message_shapes.h"

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

}  // namespace

asio::awaitable<Result<v1::JoinReply>> exchange_join(asio::any_io_executor executor,
                                                     const TlsContext& tls,
                                                     std::vector<HostPort> addresses,
                                                     MakeJoinRequest make_request) {
  const LinkSettings settings = join_settings();
  LinkBuffers buffers;
  auto dialling = dial_tcp(std::move(addresses), limits::kConnectTimeout);
  Result<Dialled> dialled = co_await std::move(dialling);
  if (!dialled) {
    Result<v1::JoinReply> failed = Error{dialled.error()};
    co_return failed;
  }
  const auto link =
      std::make_shared<Link>(executor, std::move(dialled->socket), tls.make(), buffers, settings);
  const std::optional<TlsPeer> hub = co_await link->handshake();
  if (!hub) {
    Result<v1::JoinReply> failed =
        Error{words(link->closed().value_or(Closed{CloseReason::kInternal, {}}))};
    co_return failed;
  }
  JoinLink handler(*link, make_request(*hub));
  co_await link->run(handler);
  Result<v1::JoinReply> result =
      Error{"the hub ended the connection without an answer: " + words(handler.closed())};
  if (handler.reply()) result = *handler.reply();
  co_return result;
}

}  // namespace picket::node
