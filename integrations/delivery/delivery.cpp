#include "integrations/delivery/delivery.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/text.h"

namespace picket::delivery {
namespace {

using namespace std::chrono_literals;

constexpr auto kSettle = 1s;  // what belongs together mostly comes together
constexpr auto kSweep = 1s;
constexpr auto kRetryMin = 1s;
constexpr auto kRetryMax = 1min;
constexpr auto kUnsavedInterval = 1min;  // between messages that may be told again
constexpr std::size_t kReasonCharactersMax = 200;

}  // namespace

Delivery::Delivery(DeliveryParts parts, Milliseconds interval, RuleBook book,
                   const v1::BridgeState& state)
    : parts_(std::move(parts)),
      interval_(interval),
      editor_(std::move(book)),
      backoff_(parts_.random, kRetryMin, kRetryMax),
      disk_backoff_(parts_.random, kRetryMin, kRetryMax),
      hub_id_(state.hub_id()),
      seq_(state.seq()),
      saved_(state),
      lost_(state.lost()),
      self_(std::make_shared<Delivery*>(this)) {
  editor_.restore(state);
  sweep_later();
}

Delivery::~Delivery() {
  *self_ = nullptr;
  for (const auto& id : {cut_, send_, save_, disk_, sweep_})
    if (id) parts_.deadlines.cancel(*id);
}

// ---- What is to be told.

void Delivery::on_update(const v1::Update& update) {
  std::vector<Item> items;
  editor_.take(update, items);
  seq_ = std::max(seq_, update.seq());
  add(std::move(items));
}

void Delivery::on_progress(uint64_t seq) {
  seq_ = std::max(seq_, seq);
  add({});
}

void Delivery::on_missed(const v1::Missed& missed) {
  std::vector<Item> items;
  Editor::take(missed, parts_.clock.wall(), items);
  if (missed.node().empty()) seq_ = std::max(seq_, missed.last_seq());
  add(std::move(items));
}

void Delivery::on_storing(bool storing) {
  if (std::exchange(hub_stores_, storing) == storing) return;
  add({own_item("hub", "hub.storing", storing ? Mark::kGood : Mark::kAlarm,
                storing ? "the hub stores again"
                        : "the hub can't store what happens: nothing more is told before it can "
                          "(picket status says why)",
                parts_.clock.wall())});
}

void Delivery::add(std::vector<Item> items) {
  const SteadyTime now = parts_.clock.steady();
  for (Item& item : items) {
    const bool urgent = is_login(item.facts.kind) || is_forgery(item.facts.kind);
    set_cut(std::max<SteadyTime>(now + kSettle, paces_[item.rule].next(urgent)));
    batch_.add(std::move(item));
  }
  sweep_later();
  save_soon();
}

void Delivery::sweep_later() {
  if (sweep_ || editor_.is_idle()) return;
  sweep_ = parts_.deadlines.at(parts_.clock.steady() + kSweep, [this] {
    sweep_.reset();
    std::vector<Item> items;
    editor_.sweep(parts_.clock.wall(), items);
    add(std::move(items));
  });
}

// ---- When it is told.

void Delivery::set_cut(SteadyTime at) {
  at = std::max(at, next_at_);
  if (cut_at_ && *cut_at_ <= at) return;
  cut_at_ = at;
  if (cut_) parts_.deadlines.cancel(*cut_);
  cut_ = parts_.deadlines.at(at, [this] {
    cut_.reset();
    cut();
  });
}

// A message's content is fixed here: whatever comes later is another's.
void Delivery::cut() {
  if (on_its_way_ || (saving_ && !goes_on_unsaved())) return;  // whose end comes back to it
  if (finished_) return;
  cut_at_.reset();
  if (parts_.clock.steady() < next_at_) return set_cut(next_at_);
  if (batch_.empty()) return;
  for (const auto& rule : batch_.rules()) paces_[rule].told(parts_.clock.steady());
  Message message = batch_.compose(parts_.clock.wall());
  if (!lost_.empty())
    message.footer += (message.footer.empty() ? "" : "; ") + std::exchange(lost_, {});
  on_its_way_ = {.message = std::move(message), .state = state_to_save()};
  batch_ = {};
  send();
}

void Delivery::send() {
  parts_.sender.send(on_its_way_->message, [self = self_](const Outcome& outcome) {
    if (*self != nullptr) (*self)->on_outcome(outcome);
  });
}

void Delivery::on_outcome(const Outcome& outcome) {
  const std::string why = truncate_to_width(escape_for_terminal(outcome.why), kReasonCharactersMax);
  switch (outcome.kind) {
    case Outcome::Kind::kLater: {
      const auto pause = outcome.retry_after > 0ms ? outcome.retry_after : backoff_.next();
      parts_.observer.on_later(why, pause);
      send_ = parts_.deadlines.at(parts_.clock.steady() + pause, [this] {
        send_.reset();
        send();
      });
      return leave_if_idle();
    }
    case Outcome::Kind::kRefused:
      parts_.observer.on_refused(why);
      lost_ = "a message before this one was refused: " + why;
      on_its_way_->state.set_lost(lost_);
      break;
    case Outcome::Kind::kAccepted: parts_.observer.on_accepted(); break;
  }
  backoff_.reset();
  next_at_ = parts_.clock.steady() + (goes_on_unsaved() ? kUnsavedInterval : interval_);
  save(std::exchange(on_its_way_, std::nullopt)->state);
}

// A cut that came while another message was on its way.
void Delivery::take_up_cut() {
  if (!cut_at_ || cut_) return;
  const SteadyTime at = *std::exchange(cut_at_, std::nullopt);
  set_cut(at);
}

// ---- Its end.

void Delivery::finish(std::function<void()> done) {
  finished_ = std::move(done);
  leave_if_idle();
}

// What is to be tried again later is left to the next start.
bool Delivery::is_busy() const { return (on_its_way_ && !send_) || (saving_ && !disk_); }

void Delivery::leave_if_idle() {
  if (finished_ && !is_busy() && !has_left_) {
    has_left_ = true;
    finished_();
  }
}

bool Delivery::is_settled() const {
  return !on_its_way_ && !saving_ && batch_.empty() && editor_.is_idle() && is_all_saved();
}

}  // namespace picket::delivery
