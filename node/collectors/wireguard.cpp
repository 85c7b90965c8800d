#include "node/collectors/wireguard.h"

#include <asio/post.hpp>
#include <cstdint>
#include <map>
#include <utility>

#include "common/decode.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/message_shapes.h"
#include "common/value_parts.h"
#include "node/collectors/alarm.h"
#include "node/collectors/side_link.h"
#include "node/processes/side_process.h"
#include "node/wireguard/host.h"
#include "node/wireguard/watch.h"

namespace picket::node {
namespace {

constexpr std::size_t kRefreshesMax = 64;  // that wait for an answer

v1::ResourceValue new_value(const Clock& clock) {
  v1::ResourceValue value;
  value.set_resource(std::string(kWireguardResource));
  value.set_at_unix_ns(to_unix_ns(clock.wall()));
  return value;
}

}  // namespace

// All that can call back. Handlers that are queued already when it ends find `token` gone.
struct WireguardCollector::Watching {
  explicit Watching(asio::io_context& loop) : again(loop) {}

  Alarm again;
  std::unique_ptr<SideLink> link;
  ValueAssembler value;
  ValueAssembler refreshed;
  bool heard = false;  // a value, on this link
  uint64_t refreshes_asked = 0;
  std::map<uint64_t, Publish> refreshes;  // that wait for their answer
  std::shared_ptr<bool> token = std::make_shared<bool>(true);
};

WireguardCollector::WireguardCollector(const CollectorContext& context) : context_(context) {}

WireguardCollector::~WireguardCollector() = default;

std::string_view WireguardCollector::resource() const { return kWireguardResource; }

void WireguardCollector::start(Publish publish) {
  publish_ = std::move(publish);
  watching_ = std::make_unique<Watching>(context_.loop);
  asio::post(context_.loop, [this, token = std::weak_ptr(watching_->token)] {
    if (token.lock()) find_watcher();
  });
}

void WireguardCollector::stop() { watching_.reset(); }

void WireguardCollector::find_watcher() {
  const WireguardSettings& settings = context_.wireguard;
  if (settings.watcher != nullptr) {
    UniqueFd own = settings.watcher->take_socket();
    if (own) return listen_to(std::move(own), true);
    return tell_blind("the process that watches WireGuard was ended when this was off",
                      "restart picket-node");
  }
  auto socket = connect_side(settings.watcher_socket);
  if (socket) return listen_to(*std::move(socket), false);
  tell_without_watcher(settings.watcher_socket + ": " + socket.error());
}

void WireguardCollector::listen_to(UniqueFd socket, bool is_own) {
  watching_->heard = false;
  watching_->value = {};
  watching_->refreshed = {};
  watching_->link = std::make_unique<SideLink>(
      context_.loop, std::move(socket), [this](std::string_view payload) { return take(payload); },
      [this, is_own] { on_lost(is_own); });
  order();
}

// Each time it is told how often to look, the watcher says all that it sees.
void WireguardCollector::order() {
  v1::AgentToWireguardWatcher message;
  message.mutable_watch()->set_poll_ms(static_cast<uint64_t>(context_.wireguard.poll.count()));
  watching_->link->send(message);
}

void WireguardCollector::reconfigure(const CollectorContext& context) {
  const WireguardSettings& wanted = context.wireguard;
  WireguardSettings& settings = context_.wireguard;
  if (wanted.poll == settings.poll && wanted.names == settings.names) return;
  settings.poll = wanted.poll;
  settings.names = wanted.names;
  if (watching_ && watching_->link) order();
}

bool WireguardCollector::take(std::string_view payload) {
  v1::WireguardWatcherToAgent message;
  if (!decode(payload, shapes::kWireguardWatcherToAgent, message)) return false;
  using Case = v1::WireguardWatcherToAgent::MessageCase;
  switch (message.message_case()) {
    case Case::kValue: return take_value(std::move(*message.mutable_value()));
    case Case::kRefreshed: return take_refreshed(std::move(*message.mutable_refreshed()));
    case Case::MESSAGE_NOT_SET: return true;
  }
  return true;
}

bool WireguardCollector::take_value(v1::ResourceValue part) {
  using Outcome = ValueAssembler::Outcome;
  const Outcome outcome = watching_->value.add(std::move(part));
  if (outcome == Outcome::kComplete) {
    watching_->heard = true;
    publish_if_changed(with_names(watching_->value.take()));
  }
  return outcome == Outcome::kComplete || outcome == Outcome::kIncomplete;
}

bool WireguardCollector::take_refreshed(v1::Refreshed part) {
  using Outcome = ValueAssembler::Outcome;
  const Outcome outcome = watching_->refreshed.add(std::move(*part.mutable_value()));
  if (outcome == Outcome::kIncomplete) return true;
  auto waiting = watching_->refreshes.extract(part.id());
  if (outcome != Outcome::kComplete || waiting.empty()) return false;
  waiting.mapped()(with_names(watching_->refreshed.take()));
  return true;
}

// A process of the service manager's comes back, at once if it was only restarted; this agent's own
// does not: by now there are keys in memory that a new copy would have too.
void WireguardCollector::on_lost(bool is_own) {
  log::warn("the process that watches WireGuard has ended");
  watching_->link.reset();
  if (is_own) {
    context_.wireguard.watcher->end();
    tell_blind("the process that watches WireGuard has ended", "restart picket-node");
  } else if (watching_->heard) {
    watching_->again.set(limits::kSideReconnect, [this] { find_watcher(); });
  } else {
    tell_without_watcher(context_.wireguard.watcher_socket + " has closed");
  }
  for (auto& [id, done] : std::exchange(watching_->refreshes, {})) {
    if (latest_) done(*latest_);
  }
}

// Anybody may know that there is no WireGuard; what there is needs the watcher.
void WireguardCollector::tell_without_watcher(const std::string& why) {
  const auto any = has_wireguard(context_.root);
  if (any && !*any) {
    v1::ResourceValue none = new_value(context_.clock);
    none.mutable_health()->mutable_ok()->set_last_success_unix_ns(none.at_unix_ns());
    none.mutable_wireguard();
    publish_if_changed(std::move(none));
  } else {
    tell_blind((any ? "" : any.error() + "; ") +
                   "no permission without the process that watches WireGuard: " + why,
               kWireguardRemedy);
  }
  if (!watching_) return;
  watching_->again.set(limits::kSideRetry, [this] { find_watcher(); });
}

void WireguardCollector::tell_blind(const std::string& why, const std::string& remedy) {
  v1::ResourceValue value = new_value(context_.clock);
  value.mutable_health()->mutable_failed()->set_reason(why);
  value.mutable_health()->mutable_failed()->set_remedy(remedy);
  publish_if_changed(std::move(value));
}

// What somebody wrote into node.toml for this purpose counts more than a comment.
v1::ResourceValue WireguardCollector::with_names(v1::ResourceValue value) const {
  if (!value.has_wireguard()) return value;
  for (auto& peer : *value.mutable_wireguard()->mutable_peers()) {
    const auto name = context_.wireguard.names.find(peer.public_key());
    if (name != context_.wireguard.names.end()) peer.set_name(name->second);
  }
  return value;
}

void WireguardCollector::publish_if_changed(v1::ResourceValue value) {
  if (!published_.is_news(value)) return;
  latest_ = value;
  publish_(std::move(value));
}

void WireguardCollector::refresh(Publish done) {
  if (!watching_) return;
  asio::post(context_.loop,
             [this, token = std::weak_ptr(watching_->token), done = std::move(done)] {
               if (!token.lock()) return;
               Watching& watching = *watching_;
               if (!watching.link) {
                 return done(latest_.value_or(new_value(context_.clock)));
               }
               if (watching.refreshes.size() == kRefreshesMax) return done(*latest_);
               const uint64_t id = ++watching.refreshes_asked;
               watching.refreshes.emplace(id, done);
               v1::AgentToWireguardWatcher message;
               message.mutable_refresh()->set_id(id);
               watching.link->send(message);
             });
}

}  // namespace picket::node
