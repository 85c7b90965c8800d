// From the state's updates to the subscribers: each update is encoded once, kept in the ring,
// handed to the journal, and every subscription is woken. What is committed goes on to the durable
// ones.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>

#include "hub/core/journal.h"
#include "hub/core/ring.h"
#include "hub/core/state.h"
#include "hub/core/subscription.h"

namespace picket::hub {

class Publisher final : public JournalListener {
 public:
  Publisher(const State& state, Journal& journal, std::size_t ring_bytes_max);

  void publish(const Updates& updates);

  std::unique_ptr<Subscription> subscribe(Subscription::Start start, std::function<void()> wake);
  void unsubscribe(Subscription& subscription);
  std::size_t subscriptions() const { return subscribers_.size(); }

  /// Values of all nodes as of now; made once per seq.
  std::shared_ptr<const Snapshot> snapshot();

  /// Called with true when nodes must not be read because the ring is full of what isn't committed.
  void on_pressure(std::function<void(bool)> callback) { on_pressure_ = std::move(callback); }

  uint64_t committed_seq() const { return committed_seq_; }
  bool storing() const { return storing_; }

  void committed(uint64_t seq) override;
  void storing_changed(bool storing, const std::string& reason) override;

 private:
  void check_pressure();

  const State& state_;
  Journal& journal_;
  Ring ring_;
  std::set<Subscription*> subscribers_;  // each owned by its client link, which unsubscribes it
  std::weak_ptr<const Snapshot> latest_snapshot_;
  std::function<void(bool)> on_pressure_;
  uint64_t committed_seq_;
  bool storing_ = true;
  bool pressure_ = false;
};

}  // namespace picket::hub
