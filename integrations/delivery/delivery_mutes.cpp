// What a far side is to be quiet about, saved at once, whatever waits to be told or is on its way.
#include <utility>

#include "integrations/delivery/delivery.h"

namespace picket::delivery {
namespace {

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
