// One far side of a bridge: follows the hub from where it was told, tells what is worth it, and
// keeps the place. Goes on by itself when the hub or the far side come and go.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/lib/hub_client.h"
#include "common/task_group.h"
#include "integrations/bridge/place_file.h"
#include "integrations/delivery/delivery.h"

namespace picket::bridge {

struct BridgeParts {
  asio::any_io_executor executor;
  const Clock& clock;
  Deadlines& deadlines;
  Worker& worker;  // for the disk
  client::HubClientSettings hub;
  /// It can't go on by itself: the program ends, and is started again.
  std::function<void(const std::string& why)> give_up;
};

struct FarSide {
  std::string name;  // for the log
  std::string place_path;
  delivery::Sender& sender;
  Milliseconds interval{};  // between two messages, at least
  delivery::RuleBook rules;
};

class Bridge final : public delivery::DeliveryObserver {
 public:
  /// `state`: what load_place() gave for its place.
  Bridge(BridgeParts parts, FarSide far_side, v1::BridgeState state);
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  /// Waits for a hub, and then follows it.
  void start();
  /// Ends the connection to the hub. The message that is on its way is waited for, as a task of
  /// `tasks`, so that it isn't sent again by the next start.
  void stop(TaskGroup& tasks);
  /// "following the hub; 12 messages told, 1 refused"
  std::string status() const;
  /// `saved` as Delivery calls it; not at all if the status is an error, a sentence for a person.
  Status mute(const delivery::MuteOrder& order, delivery::Delivery::Saved saved);
  Result<std::vector<delivery::MuteShown>> mutes() const;
  bool is_settled() const { return delivery_ && delivery_->is_settled(); }

  void on_accepted() override;
  void on_later(const std::string& why, Milliseconds pause) override;
  void on_refused(const std::string& why) override;
  void on_not_saved(const std::string& why, Milliseconds pause) override;

 private:
  void ask_which_hub();
  void ask_again();
  void on_hub(const std::string& hub_id);
  void on_hello(const std::string& hub_id);
  client::HubClientSettings with_hello(client::HubClientSettings settings);
  void follow();
  void on_frame(const v1::HubToClient& frame);

  BridgeParts parts_;
  FarSide far_side_;
  v1::BridgeState state_;
  PlaceFile place_;
  client::HubClient hub_;
  asio::steady_timer again_;
  std::unique_ptr<delivery::Delivery> delivery_;
  bool is_away_ = false;  // the hub; said once
  bool stopping_ = false;
  std::optional<TaskGroup::Place> last_message_;
  std::string trouble_;  // of the far side; empty: the last message was accepted
  uint64_t accepted_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace picket::bridge
