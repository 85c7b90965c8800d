#include "integrations/telegram/bot/poller.h"

#include <algorithm>
#include <utility>

#include "common/log.h"

namespace picket::telegram::bot {
namespace {

using namespace std::chrono_literals;

constexpr auto kWait = 50s;  // as long as Telegram lets anybody wait
constexpr auto kRetryMin = 1s;
constexpr auto kRetryMax = 1min;
constexpr auto kRepairAgain = 1min;   // where only a person can help
constexpr auto kConflictAgain = 10s;  // a program that goes may have left a question open

Milliseconds pause_min(const Failure& failure) {
  if (failure.kind == Failure::Kind::kToken) return kRepairAgain;
  if (failure.kind == Failure::Kind::kConflict) return kConflictAgain;
  return {};
}

std::string words_of(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::kToken: return failure.why + ": the token is none of a bot (any more)";
    case Failure::Kind::kConflict:
      return failure.why +
             ": another program asks for what is written to this bot, or a webhook is set; end "
             "that, or give each its own bot";
    default: return failure.why;
  }
}

}  // namespace

Poller::Poller(Api& api, const Clock& clock, Deadlines& deadlines, Backoff::Random random,
               std::vector<Command> menu, Events events)
    : api_(api),
      clock_(clock),
      deadlines_(deadlines),
      backoff_(std::move(random), kRetryMin, kRetryMax),
      menu_(std::move(menu)),
      events_(std::move(events)) {}

Poller::~Poller() { stop(); }

void Poller::stop() {
  stopped_ = true;
  if (under_way_) api_.cancel(*std::exchange(under_way_, std::nullopt));
  if (again_) deadlines_.cancel(*std::exchange(again_, std::nullopt));
}

void Poller::ask() {
  if (stopped_) return;
  switch (step_) {
    case Step::kName:
      under_way_ = api_.get_me([this](const Answer<User>& me) { on_name(me); });
      return;
    case Step::kMenu:
      under_way_ =
          api_.set_my_commands(menu_, [this](const Answer<bool>& taken) { on_menu(taken); });
      return;
    case Step::kUpdates:
      asked_at_ = clock_.steady();
      under_way_ = api_.get_updates(
          offset_, kWait, [this](const Answer<std::vector<Update>>& got) { on_updates(got); });
      return;
  }
}

void Poller::on_name(const Answer<User>& me) {
  under_way_.reset();
  if (!me) return on_failure(me.failure());
  events_.on_name(me->username);
  step_ = Step::kMenu;
  ask();
}

// Without a menu the bot does as well.
void Poller::on_menu(const Answer<bool>& taken) {
  under_way_.reset();
  const bool is_refused = !taken && taken.failure().kind == Failure::Kind::kRefused;
  if (!taken && !is_refused) return on_failure(taken.failure());
  if (is_refused) log::warn("the bot has no menu", {{"why", taken.failure().why}});
  step_ = Step::kUpdates;
  ask();
}

// Ids rise, until after a week without any they begin somewhere else.
void Poller::on_updates(const Answer<std::vector<Update>>& updates) {
  under_way_.reset();
  if (!updates) return on_failure(updates.failure());
  const auto seen = std::exchange(last_ids_, {});
  bool has_new = updates->empty() && clock_.steady() - asked_at_ >= kWait / 2;
  for (const Update& update : *updates) {
    offset_ = update.id + 1;
    last_ids_.push_back(update.id);
    if (std::ranges::find(seen, update.id) != seen.end()) continue;
    has_new = true;
    events_.on_update(update);
  }
  if (has_new) {
    on_well();
    return ask();
  }
  on_failure({.kind = Failure::Kind::kPassing,
              .retry_after = {},
              .migrated_to = {},
              .why = "Telegram answers at once, with nothing new"});
}

void Poller::on_well() {
  backoff_.reset();
  if (std::exchange(trouble_, {}).empty()) return;
  log::info("the bot listens again");
}

void Poller::on_failure(const Failure& failure) {
  const Milliseconds wanted = failure.retry_after > 0ms ? failure.retry_after : backoff_.next();
  const Milliseconds pause = std::max(wanted, pause_min(failure));
  const std::string why = words_of(failure);
  if (trouble_ != why)
    log::warn("the bot doesn't hear", {{"why", why}, {"again_after_ms", pause.count()}});
  trouble_ = why;
  again_ = deadlines_.at(clock_.steady() + pause, [this] {
    again_.reset();
    ask();
  });
}

std::string Poller::status() const {
  if (!trouble_.empty()) return "doesn't hear: " + trouble_;
  return step_ == Step::kUpdates ? "listening" : "starting";
}

}  // namespace picket::telegram::bot
