// Up to where it was told, saved: soon, or at once where a person waits for it, which is so for
// what is to be quiet, whatever waits to be told or is on its way.
#include <algorithm>
#include <utility>

#include "common/text.h"
#include "integrations/delivery/delivery.h"

namespace picket::delivery {
namespace {

using namespace std::chrono_literals;

constexpr auto kSaveAfter = 10s;                      // where nothing is worth telling
constexpr std::size_t kSavedBytesPerSecond = 16'384;  // a large state is saved more rarely
constexpr int kFailedSavesTold = 3;                   // in a row: some seconds

Status obey(Mutes& mutes, const MuteOrder& order, WallTime now) {
  const std::string what = order.what.value_or("");
  if (order.until && !mutes.add({*order.until, what, now}))
    return Error{"there are " + std::to_string(kMutesMax) + " already"};
  if (order.until) return {};
  if (!order.what) {
    mutes.end_all();
  } else if (!mutes.end(what)) {
    return Error{"nothing is muted by that name"};
  }
  return {};
}

void obey(v1::BridgeState& state, const MuteOrder& order, WallTime now) {
  Mutes mutes;
  mutes.restore(state);
  (void)obey(mutes, order, now);
  mutes.save(state);
}

}  // namespace

v1::BridgeState Delivery::state_to_save() {
  v1::BridgeState state;
  state.set_hub_id(hub_id_);
  state.set_seq(seq_);
  state.set_lost(lost_);
  editor_.save(state);
  return state;
}

// The first place is saved at once: from there on nothing is left out.
void Delivery::save_soon() {
  if (save_ || is_all_saved()) return;
  const Seconds large(saved_.ByteSizeLong() / kSavedBytesPerSecond);
  const Seconds wait = saved_.seq() == 0 ? Seconds(0) : std::max<Seconds>(kSaveAfter, large);
  save_ = parts_.deadlines.at(parts_.clock.steady() + wait, [this] {
    save_.reset();
    // What waits to be told is saved with its message.
    if (!on_its_way_ && !saving_ && batch_.empty() && !is_all_saved()) save(state_to_save());
  });
}

void Delivery::save(v1::BridgeState state) {
  if (saving_) {
    to_save_ = std::move(state);
    return;
  }
  saving_ = std::move(state);
  savers_ = std::exchange(mute_savers_, {});
  parts_.place.save(*saving_, [self = self_](const Status& saved) {
    if (*self != nullptr) (*self)->on_saved(saved);
  });
}

// Nothing more is sent before it is saved: else more than one message could be told twice.
void Delivery::on_saved(const Status& saved) {
  for (const Saved& waits : std::exchange(savers_, {})) waits(saved);
  if (!saved) {
    on_not_saved(saved.error());
    return save_mutes();
  }
  disk_backoff_.reset();
  saved_ = *std::exchange(saving_, std::nullopt);
  if (std::exchange(failed_saves_, 0) >= kFailedSavesTold)
    add({own_item("bridge", "bridge.saving", Mark::kGood,
                  "this bridge can save again how far it has told", parts_.clock.wall())});
  if (to_save_) return save(*std::exchange(to_save_, std::nullopt));
  save_mutes();
  if (saving_) return;
  take_up_cut();
  save_soon();
  leave_if_idle();
}

bool Delivery::goes_on_unsaved() const { return failed_saves_ >= kFailedSavesTold; }

// Rather told twice after a restart than not at all: after some failures what is to be told is, at
// a low rate.
void Delivery::on_not_saved(const std::string& why) {
  const auto pause = disk_backoff_.next();
  parts_.observer.on_not_saved(why, pause);
  disk_ = parts_.deadlines.at(parts_.clock.steady() + pause, [this] {
    disk_.reset();
    save_again();
  });
  if (++failed_saves_ == kFailedSavesTold)
    add({own_item("bridge", "bridge.saving", Mark::kAlarm,
                  "this bridge can't save how far it has told, so that it may tell all of this "
                  "again: " +
                      escape_for_terminal(why),
                  parts_.clock.wall())});
  if (goes_on_unsaved()) take_up_cut();
  leave_if_idle();
}

void Delivery::save_again() {
  v1::BridgeState failed = *std::exchange(saving_, std::nullopt);
  save(to_save_ ? *std::exchange(to_save_, std::nullopt) : std::move(failed));
}

// Each state that is on the disk, or will be, is one to go on from: it gets the order too, and
// keeps its own place and what was counted up to there.
Status Delivery::mute(const MuteOrder& order, Saved saved) {
  const WallTime now = parts_.clock.wall();
  if (auto obeyed = obey(editor_.mutes(), order, now); !obeyed) return obeyed;
  obey(saved_, order, now);
  if (saving_) obey(*saving_, order, now);
  if (to_save_) obey(*to_save_, order, now);
  if (on_its_way_) obey(on_its_way_->state, order, now);
  mute_savers_.push_back(std::move(saved));
  save_mutes();
  add({});
  return {};
}

// Who waits for it waits for no earlier trouble of the disk.
void Delivery::save_mutes() {
  if (mute_savers_.empty()) return;
  if (!saving_) return save(saved_);
  if (!disk_) return;  // on_saved() comes back to it
  parts_.deadlines.cancel(*std::exchange(disk_, std::nullopt));
  save_again();
}

}  // namespace picket::delivery
