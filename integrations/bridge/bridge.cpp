#include "integrations/bridge/bridge.h"

#include <utility>

#include "common/log.h"
#include "common/random_id.h"

namespace picket::bridge {
namespace {

using namespace std::chrono_literals;

constexpr auto kHubAgain = 5s;
constexpr char kNoHubYet[] = "the hub hasn't been reached yet";

}  // namespace

Bridge::Bridge(BridgeParts parts, FarSide far_side, v1::BridgeState state)
    : parts_(std::move(parts)),
      far_side_(std::move(far_side)),
      state_(std::move(state)),
      place_(parts_.executor, parts_.worker, far_side_.place_path),
      hub_(parts_.executor, with_hello(parts_.hub)),
      again_(parts_.executor) {}

client::HubClientSettings Bridge::with_hello(client::HubClientSettings settings) {
  settings.on_hello = [this](const std::string& hub_id) { on_hello(hub_id); };
  return settings;
}

void Bridge::start() { ask_which_hub(); }

void Bridge::stop(TaskGroup& tasks) {
  stopping_ = true;
  again_.cancel();
  hub_.close();
  if (!delivery_) return;
  const auto left = [this] { last_message_.reset(); };
  last_message_.emplace(tasks.enter(left));
  delivery_->finish(left);
}

// ---- The hub. A seq means something to the hub that gave it only.

void Bridge::ask_which_hub() {
  v1::ClientToHub request;
  request.mutable_get_status();
  auto hub_id = std::make_shared<std::string>();
  hub_.request(std::move(request),
               {.on_item =
                    [hub_id](const v1::HubToClient& item) {
                      if (item.has_status()) *hub_id = item.status().hub_id();
                    },
                .on_end = [this, hub_id] { on_hub(*hub_id); },
                .on_failure =
                    [this](const client::Failure& failure) {
                      if (stopping_) return;
                      if (!std::exchange(is_away_, true))
                        log::warn("hub not reached, waiting",
                                  {{"far_side", far_side_.name}, {"why", failure.text}});
                      ask_again();
                    }});
}

void Bridge::ask_again() {
  again_.expires_after(kHubAgain);
  again_.async_wait([this](const asio::error_code& error) {
    if (!error) ask_which_hub();
  });
}

void Bridge::on_hub(const std::string& hub_id) {
  if (state_.seq() != 0 && state_.hub_id() != hub_id) {
    log::warn("another hub than before: what comes from now on is told",
              {{"far_side", far_side_.name}, {"hub", hub_id}, {"before", state_.hub_id()}});
    v1::BridgeState kept;  // what doesn't depend on a seq
    *kept.mutable_mutes() = state_.mutes();
    kept.set_lost(state_.lost());
    state_ = std::move(kept);
  }
  state_.set_hub_id(hub_id);
  delivery_ = std::make_unique<delivery::Delivery>(
      delivery::DeliveryParts{parts_.clock, parts_.deadlines, far_side_.sender, place_, *this,
                              random_number},
      far_side_.interval, far_side_.rules, state_);
  follow();
}

void Bridge::follow() {
  client::Subscription subscription;
  subscription.order.set_ceiling(v1::Subscribe::CEILING_DURABLE);
  if (state_.seq() == 0) {
    subscription.order.set_head(true);
  } else {
    subscription.order.set_after_seq(state_.seq());
  }
  subscription.on_frame = [this](const v1::HubToClient& frame) { on_frame(frame); };
  subscription.on_lost = [this](const client::Failure& failure) {
    log::warn("hub lost, waiting", {{"far_side", far_side_.name}, {"why", failure.text}});
    is_away_ = true;
  };
  subscription.on_node_missing = [](const client::Failure&) {};
  subscription.on_back = [this](uint64_t /*seq*/) {
    log::info("hub is back", {{"far_side", far_side_.name}});
    is_away_ = false;
  };
  subscription.on_failure = [this](const client::Failure& failure) {
    if (stopping_) return;
    parts_.give_up(far_side_.name + ": the hub can't be followed: " + failure.text);
  };
  hub_.subscribe(std::move(subscription));
  is_away_ = false;
  log::info("following the hub", {{"far_side", far_side_.name}, {"after_seq", state_.seq()}});
}

// A seq of another hub means something else: begun anew, this program finds that out.
void Bridge::on_hello(const std::string& hub_id) {
  if (!delivery_ || hub_id == state_.hub_id() || std::exchange(stopping_, true)) return;
  parts_.give_up(far_side_.name + ": another hub answers at the socket");
}

void Bridge::on_frame(const v1::HubToClient& frame) {
  if (stopping_) return;
  if (frame.has_update()) delivery_->on_update(frame.update());
  if (frame.has_live()) delivery_->on_progress(frame.live().seq());
  if (frame.has_progress()) delivery_->on_progress(frame.progress().seq());
  if (frame.has_missed()) delivery_->on_missed(frame.missed());
  if (frame.has_storing()) delivery_->on_storing(frame.storing().storing());
}

// ---- The far side.

void Bridge::on_accepted() {
  ++accepted_;
  if (std::exchange(trouble_, {}).empty()) return;
  log::info("messages are accepted again", {{"far_side", far_side_.name}});
}

void Bridge::on_later(const std::string& why, Milliseconds pause) {
  if (trouble_ != why)
    log::warn("a message waits",
              {{"far_side", far_side_.name}, {"why", why}, {"again_after_ms", pause.count()}});
  trouble_ = why;
}

void Bridge::on_refused(const std::string& why) {
  ++refused_;
  log::error("a message was refused, and is lost", {{"far_side", far_side_.name}, {"why", why}});
}

void Bridge::on_not_saved(const std::string& why, Milliseconds pause) {
  log::error("it can't be saved what was told; until it is, little is sent, and that perhaps twice",
             {{"far_side", far_side_.name}, {"why", why}, {"again_after_ms", pause.count()}});
}

Status Bridge::mute(const delivery::MuteOrder& order, delivery::Delivery::Saved saved) {
  if (!delivery_) return Error{kNoHubYet};
  return delivery_->mute(order, std::move(saved));
}

Result<std::vector<delivery::MuteShown>> Bridge::mutes() const {
  if (!delivery_) return Error{kNoHubYet};
  return delivery_->mutes();
}

std::string Bridge::status() const {
  std::string words = is_away_ || !delivery_ ? "waiting for the hub" : "following the hub";
  words += "; " + std::to_string(accepted_) + " messages told";
  if (refused_ > 0) words += ", " + std::to_string(refused_) + " refused";
  if (!trouble_.empty()) words += "; a message waits: " + trouble_;
  return words;
}

}  // namespace picket::bridge
