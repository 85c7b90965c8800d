#include "node/io/hub_connection.h"

#include <algorithm>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "common/log.h"

namespace picket::node {
namespace {

constexpr std::chrono::seconds kLookForIdentityEvery(2);

std::string words(const Closed& closed) {
  const std::string reason(to_string(closed.reason));
  return closed.detail.empty() ? reason : reason + ": " + closed.detail;
}

/// The link from the handshake to its end, which no coroutine waits for: the one that dials is
/// cancelled while this still says goodbye.
class ServedHub final : public LinkHandler {
 public:
  ServedHub(Agent& agent, HubFeeds feeds, TaskGroup& tasks, Link& link, HubLinkObserver& observer,
            std::shared_ptr<const HubIdentity> identity)
      : hub_link_(agent, feeds, link, observer),
        identity_(std::move(identity)),
        place_(tasks.enter([&link] { link.abort({CloseReason::kStopping, {}}); })) {}

  void on_frame(std::string_view payload) override { hub_link_.on_frame(payload); }
  void pull(std::size_t bytes_max, std::vector<std::string_view>& frames) override {
    hub_link_.pull(bytes_max, frames);
  }
  void pulled(std::size_t count) override { hub_link_.pulled(count); }
  void on_closed(const Closed& closed) override { hub_link_.on_closed(closed); }
  HubLink& hub_link() { return hub_link_; }

 private:
  HubLink hub_link_;
  std::shared_ptr<const HubIdentity> identity_;  // whose TLS the link uses
  TaskGroup::Place place_;
};

}  // namespace

HubConnection::HubConnection(Agent& agent, HubFeeds feeds, Daemon& daemon, const Clock& clock,
                             HubIdentity identity, IdentitySource& source,
                             const Backoff::Random& random)
    : agent_(agent),
      feeds_(feeds),
      daemon_(daemon),
      identity_(std::make_shared<const HubIdentity>(std::move(identity))),
      source_(source),
      newest_(identity_->certificate),
      renewal_(daemon.io(), clock, source, random),
      backoff_(random),
      link_closed_(daemon.io(), asio::steady_timer::time_point::max()) {
  settings_.on_exception = [](std::string_view what) {
    log::error("hub link failed", {{"what", what}});
  };
}

// In the group that is cancelled first at stop: neither a pause nor a hub that doesn't answer may
// hold up the end. The link itself is in the other group, which waits for its goodbye.
asio::awaitable<void> HubConnection::run() {
  while (true) {
    is_refused_ = false;
    hub_says_expired_ = false;
    const Identity identity = identity_;
    auto dialling = dial_tcp(identity->addresses, limits::kConnectTimeout);
    Result<Dialled> dialled = co_await std::move(dialling);
    if (dialled) {
      auto serving = serve(*std::move(dialled), identity);
      co_await std::move(serving);
    } else {
      say("hub not reached", dialled.error());
    }
    if (std::exchange(switching_, false)) continue;
    end_previous();
    auto recovering = recover(identity);
    co_await std::move(recovering);
    auto pausing = pause(backoff_.next(std::exchange(retry_after_, Milliseconds(0))));
    co_await std::move(pausing);
  }
}

// What else can be done with an identity that the hub didn't take.
asio::awaitable<void> HubConnection::recover(Identity identity) {
  if (!is_refused_) co_return;
  if (renewal_.is_wanted_by_key(*identity, hub_says_expired_)) {
    auto renewing = renewal_.renew_by_key(identity);
    const bool is_renewed = co_await std::move(renewing);
    if (is_renewed && renew_identity()) retry_after_ = Milliseconds(0);
    if (is_renewed) co_return;
  }
  // It may be that only the renewed one is not good; they take turns.
  const bool is_unsettled = identity->membership && identity->membership->is_renewed;
  if (!is_unsettled && identity->certificate == newest_) co_return;
  auto other = is_unsettled ? source_.read_settled() : source_.read();
  if (other) identity_ = std::make_shared<const HubIdentity>(*std::move(other));
}

// A hub wants those that it refused to stay away for long; whoever has joined again need not.
asio::awaitable<void> HubConnection::pause(Milliseconds length) {
  asio::steady_timer timer(daemon_.io());
  const auto end = std::chrono::steady_clock::now() + length;
  bool is_over = false;
  while (!is_over) {
    const auto next_look = std::chrono::steady_clock::now() + kLookForIdentityEvery;
    timer.expires_at(is_refused_ ? std::min(end, next_look) : end);
    co_await timer.async_wait(asio::use_awaitable);
    const bool is_renewed = is_refused_ && renew_identity();
    is_over = is_renewed || std::chrono::steady_clock::now() >= end;
  }
}

asio::awaitable<void> HubConnection::serve(Dialled dialled, Identity identity) {
  address_ = to_string(dialled.address);
  const auto link = std::make_shared<Link>(daemon_.io().get_executor(), std::move(dialled.socket),
                                           identity->tls.make(), buffers_, settings_);
  const std::optional<TlsPeer> hub = co_await link->handshake();
  is_refused_ = true;  // until the welcome
  if (!hub) {
    const Closed closed = link->closed().value_or(Closed{CloseReason::kInternal, {}});
    if (closed.reason != CloseReason::kStopping) say("hub not reached", words(closed));
    co_return;
  }
  link_is_open_ = true;
  auto served =
      std::make_unique<ServedHub>(agent_, feeds_, daemon_.tasks(), *link, *this, identity);
  hub_link_ = &served->hub_link();
  link_ = link;
  current_ = identity;
  link->start(std::move(served));
  while (link_is_open_) {
    asio::error_code closed;
    auto token = asio::redirect_error(asio::use_awaitable, closed);
    co_await link_closed_.async_wait(token);
  }
}

void HubConnection::on_welcome(const v1::Welcome& welcome) {
  backoff_.reset();
  last_said_.clear();
  is_refused_ = false;
  log::info("connected to hub", {{"hub", address_}, {"as", welcome.node()}});
  end_previous();
  renewal_.on_welcome(current_, [this](std::string request) {
    if (hub_link_ != nullptr) hub_link_->renew(std::move(request));
  });
}

void HubConnection::on_refused(const v1::Refusal& refusal) {
  retry_after_ = Milliseconds(refusal.retry_after_ms());
  is_refused_ = true;
  hub_says_expired_ = refusal.reason() == v1::Refusal::REASON_CERTIFICATE_EXPIRED;
  if (hub_says_expired_) retry_after_ = Milliseconds(0);
  say("hub refused this node", refusal.text());
}

void HubConnection::on_closed(const Closed& closed) {
  if (!stopping_) say("hub link closed", words(closed));
  renewal_.on_link_ended();
  hub_link_ = nullptr;
  link_is_open_ = false;
  link_closed_.cancel();
}

void HubConnection::on_renewed(const v1::Renewed& renewed) {
  if (renewal_.on_renewed(renewed) && renew_identity()) switch_over();
}

// To the new certificate while the old one is good for a month yet: the next link takes over from
// this one, and nobody notices.
void HubConnection::switch_over() {
  hub_link_->stand_by();
  hub_link_ = nullptr;
  previous_ = link_;
  renewal_.on_link_ended();
  switching_ = true;
  link_is_open_ = false;
  link_closed_.cancel();
}

void HubConnection::end_previous() {
  const auto previous = previous_.lock();
  previous_.reset();
  if (previous) previous->close({CloseReason::kReplaced, "another link has taken over"});
}

void HubConnection::read_identity_again() {
  if (renew_identity()) return;
  if (auto read = source_.read()) {
    identity_ = std::make_shared<const HubIdentity>(*std::move(read));
  }
}

// It is another one when the certificate was renewed, or by `picket-node join --replace`.
bool HubConnection::renew_identity() {
  auto read = source_.read();
  if (!read) {
    say("identity not read again", read.error());
    return false;
  }
  if (read->certificate == newest_) return false;
  newest_ = read->certificate;
  identity_ = std::make_shared<const HubIdentity>(*std::move(read));
  backoff_.reset();
  last_said_.clear();
  log::info("goes on with another certificate", {{"as", identity_->node}});
  return true;
}

void HubConnection::say(std::string_view event, const std::string& why) {
  const auto [last, is_new] = last_said_.try_emplace(std::string(event), why);
  if (!is_new && last->second == why) return;
  last->second = why;
  const std::string hub = address_.empty() ? to_string(identity_->addresses.front()) : address_;
  log::warn(event, {{"hub", hub}, {"why", why}});
}

}  // namespace picket::node
