// One far side's way: updates in, messages out, one on its way at a time; and the place up to which
// all was told is saved after each that was accepted, before the next is sent. So whatever is
// killed, at most the message on its way is told twice, and nothing is left out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/deadlines.h"
#include "integrations/delivery/batch.h"
#include "integrations/delivery/editor.h"
#include "integrations/delivery/pace.h"
#include "integrations/delivery/place.h"
#include "integrations/delivery/sender.h"
#include "picket/v1/client_link.pb.h"

namespace picket::delivery {

/// What whoever runs it should know, to log it. Texts are safe to show.
class DeliveryObserver {
 public:
  virtual ~DeliveryObserver() = default;
  virtual void on_accepted() = 0;
  virtual void on_later(const std::string& why, Milliseconds pause) = 0;
  virtual void on_refused(const std::string& why) = 0;  // the message is lost
  virtual void on_not_saved(const std::string& why, Milliseconds pause) = 0;
};

struct DeliveryParts {
  const Clock& clock;
  Deadlines& deadlines;
  Sender& sender;
  Place& place;
  DeliveryObserver& observer;
  Backoff::Random random;
};

class Delivery {
 public:
  /// `interval`: between two messages, at least. `state`: what was saved, of the hub that is
  /// followed.
  Delivery(DeliveryParts parts, Milliseconds interval, RuleBook book, const v1::BridgeState& state);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void on_update(const v1::Update& update);
  void on_progress(uint64_t seq);
  void on_missed(const v1::Missed& missed);
  /// Whether the hub's journal stores: while it doesn't nothing comes, and nobody would know.
  void on_storing(bool storing);

  /// It is on the disk; or why it isn't, and then it is tried again. Later, not from within a call.
  using Saved = std::function<void(const Status& saved)>;
  /// From now on; what one that ends has counted is told. The error is a sentence for a person, and
  /// then `saved` is not called.
  Status mute(const MuteOrder& order, Saved saved);
  std::vector<MuteShown> mutes() const { return editor_.mutes().list(parts_.clock.wall()); }

  /// Begins no message any more. `done` once what was on its way is answered and saved, or waits.
  void finish(std::function<void()> done);

  /// Everything was told or is not worth it, and that is saved.
  bool is_settled() const;

 private:
  struct OnItsWay {
    Message message;
    v1::BridgeState state;  // once it is accepted
  };

  void add(std::vector<Item> items);
  void set_cut(SteadyTime at);
  void cut();
  void send();
  void on_outcome(const Outcome& outcome);
  void save_mutes();
  void save(v1::BridgeState state);
  void save_soon();
  void on_saved(const Status& saved);
  void on_not_saved(const std::string& why);
  void save_again();
  void take_up_cut();
  /// The disk has failed for so long that what happens is told all the same.
  bool goes_on_unsaved() const;
  bool is_busy() const;
  void leave_if_idle();
  bool is_all_saved() const { return seq_ == saved_.seq() && mute_savers_.empty(); }
  void sweep_later();
  v1::BridgeState state_to_save();

  DeliveryParts parts_;
  Milliseconds interval_;
  Editor editor_;
  Backoff backoff_;
  Backoff disk_backoff_;
  std::string hub_id_;
  uint64_t seq_;
  v1::BridgeState saved_;           // on the disk, but for what mute_savers_ wait for
  std::vector<Saved> mute_savers_;  // who waits for the next state to be saved
  std::vector<Saved> savers_;       // for the one that is being saved
  Batch batch_;
  std::optional<OnItsWay> on_its_way_;
  std::optional<v1::BridgeState> saving_;
  std::optional<v1::BridgeState> to_save_;  // after that, instead of it if that fails
  std::map<std::string, Pace> paces_;       // by rule
  std::optional<SteadyTime> cut_at_;
  SteadyTime next_at_;  // the far side's turn, at the earliest
  bool hub_stores_ = true;
  int failed_saves_ = 0;            // since one succeeded
  std::function<void()> finished_;  // once finish() was called
  bool has_left_ = false;
  std::string lost_;  // why the far side refused a message, to be told with the next
  std::optional<Deadlines::Id> cut_;
  std::optional<Deadlines::Id> send_;
  std::optional<Deadlines::Id> save_;
  std::optional<Deadlines::Id> disk_;
  std::optional<Deadlines::Id> sweep_;
  std::shared_ptr<Delivery*> self_;  // holds null once this is gone, for answers that come late
};

}  // namespace picket::delivery
