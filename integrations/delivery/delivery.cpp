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
constexpr auto kSaveAfter = 5min;        // where nothing is worth telling: that much is read again
constexpr auto kUnsavedInterval = 1min;  // between messages that may be told again
constexpr std::size_t kReasonCharactersMax = 200;
constexpr int kFailedSavesTold = 3;  // in a row: some seconds

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
      saved_seq_(state.seq()),
      lost_(state.lost()),
      self_(std::make_shared<Delivery*>(this)) {
  editor_.restore(state);
  sweep_later();
}

Delivery::~Delivery() {
  *self_ = nullptr;
  for (const auto& id : {cut_, send_, save_, sweep_})
    if (id) parts_.deadlines.cancel(*id);
}

// ---- What is to be told.

void Delivery::on_update(const v1::Update& update) {
  std::vector<Item> items;
  editor_.take(update, items);
  seq_ = std::max(seq_, update.seq());
  add(std::move(items));
}

// The first place is saved at once: from there on nothing is left out.
void Delivery::on_progress(uint64_t seq) {
  const bool is_first = seq_ == 0;
  seq_ = std::max(seq_, seq);
  if (is_first && !saving_) save(state_to_save());
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

bool Delivery::mute(const Mute& mute) {
  if (!editor_.mutes().add(mute)) return false;
  mutes_changed_ = true;
  add({});
  return true;
}

void Delivery::end_mutes() {
  editor_.mutes().end_all();
  mutes_changed_ = true;
  add({});
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
  if (on_its_way_ || saving_) return;  // whose end comes back to it
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
  next_at_ = parts_.clock.steady() + interval_;
  save(std::exchange(on_its_way_, std::nullopt)->state);
}

// ---- Up to where it was told.

v1::BridgeState Delivery::state_to_save() {
  mutes_changed_ = false;
  v1::BridgeState state;
  state.set_hub_id(hub_id_);
  state.set_seq(seq_);
  state.set_lost(lost_);
  editor_.save(state);
  return state;
}

void Delivery::save_soon() {
  if (save_ || is_all_saved()) return;
  Nanoseconds wait = failed_saves_ > 0 ? kUnsavedInterval : kSaveAfter;
  if (mutes_changed_) wait = {};
  save_ = parts_.deadlines.at(parts_.clock.steady() + wait, [this] {
    save_.reset();
    // What waits to be told is saved with its message.
    if (!on_its_way_ && !saving_ && batch_.empty() && !is_all_saved()) save(state_to_save());
  });
}

void Delivery::save(v1::BridgeState state) {
  saving_ = std::move(state);
  parts_.place.save(*saving_, [self = self_](const Status& saved) {
    if (*self != nullptr) (*self)->on_saved(saved);
  });
}

// Nothing more is sent before it is saved: else more than one message could be told twice.
void Delivery::on_saved(const Status& saved) {
  if (!saved) return on_not_saved(saved.error());
  disk_backoff_.reset();
  failed_saves_ = 0;
  saved_seq_ = saving_->seq();
  saving_.reset();
  if (std::exchange(has_told_disk_, false))
    add({own_item("bridge", "bridge.saving", Mark::kGood,
                  "this bridge can save again how far it has told", parts_.clock.wall())});
  take_up_cut();
  save_soon();
  leave_if_idle();
}

// Rather told twice after a restart than not at all: after some failures what is to be told is, at
// a low rate, and each message tries to save again.
void Delivery::on_not_saved(const std::string& why) {
  const auto pause = disk_backoff_.next();
  parts_.observer.on_not_saved(why, pause);
  if (++failed_saves_ < kFailedSavesTold) {
    send_ = parts_.deadlines.at(parts_.clock.steady() + pause, [this] {
      send_.reset();
      save(*std::exchange(saving_, std::nullopt));
    });
    return leave_if_idle();
  }
  saving_.reset();
  next_at_ = parts_.clock.steady() + kUnsavedInterval;
  if (!std::exchange(has_told_disk_, true))
    add({own_item("bridge", "bridge.saving", Mark::kAlarm,
                  "this bridge can't save how far it has told, so that it may tell all of this "
                  "again: " +
                      escape_for_terminal(why),
                  parts_.clock.wall())});
  take_up_cut();
  save_soon();
  leave_if_idle();
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
bool Delivery::is_busy() const { return (on_its_way_ || saving_) && !send_; }

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
