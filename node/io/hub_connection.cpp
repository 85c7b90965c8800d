#include "node/io/hub_connection.h"

#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "common/log.h"

namespace picket::node {
namespace {

std::string words(const Closed& closed) {
  const std::string reason(to_string(closed.reason));
  return closed.detail.empty() ? reason : reason + ": " + closed.detail;
}

}  // namespace

HubConnection::HubConnection(Agent& agent, Daemon& daemon, TlsContext tls,
                             std::vector<HostPort> addresses, Backoff::Random random)
    : agent_(agent),
      daemon_(daemon),
      tls_(std::move(tls)),
      addresses_(std::move(addresses)),
      backoff_(std::move(random)) {
  settings_.on_exception = [](std::string_view what) {
    log::error("hub link failed", {{"what", what}});
  };
}

asio::awaitable<void> HubConnection::run() {
  asio::steady_timer pause(daemon_.tasks().executor());
  while (!stopping_) {
    auto dialling = dial_tcp(addresses_, limits::kConnectTimeout);
    Result<Dialled> dialled = co_await std::move(dialling);
    if (dialled) {
      auto serving = serve(*std::move(dialled));
      co_await std::move(serving);
    } else {
      say("hub not reached", dialled.error());
    }
    if (stopping_) co_return;
    pause.expires_after(backoff_.next(std::exchange(retry_after_, Milliseconds(0))));
    co_await pause.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> HubConnection::serve(Dialled dialled) {
  address_ = to_string(dialled.address);
  const auto executor = daemon_.tasks().executor();
  const auto link =
      std::make_shared<Link>(executor, std::move(dialled.socket), tls_.make(), buffers_, settings_);
  const std::optional<TlsPeer> hub = co_await link->handshake();
  if (!hub) {
    say("hub not reached", words(link->closed().value_or(Closed{CloseReason::kInternal, {}})));
    co_return;
  }
  HubLink handler(agent_, *link, *this);
  co_await link->run(handler);
}

void HubConnection::on_welcome(const v1::Welcome& welcome) {
  backoff_.reset();
  last_said_.clear();
  log::info("connected to hub", {{"hub", address_}, {"as", welcome.node()}});
}

void HubConnection::on_refused(const v1::Refusal& refusal) {
  retry_after_ = Milliseconds(refusal.retry_after_ms());
  say("hub refused this node", refusal.text());
}

void HubConnection::on_closed(const Closed& closed) {
  if (!stopping_) say("hub link closed", words(closed));
}

void HubConnection::say(std::string_view event, const std::string& why) {
  if (why == last_said_) return;
  last_said_ = why;
  const std::string hub = address_.empty() ? to_string(addresses_.front()) : address_;
  log::warn(event, {{"hub", hub}, {"why", why}});
}

}  // namespace picket::node
