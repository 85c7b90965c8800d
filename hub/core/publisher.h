// From the state's updates to the subscribers: each update is encoded once, kept in the ring,
// handed to be stored, and every subscription is woken. What is stored goes on to the durable ones.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>

#include "hub/core/committer.h"
#include "hub/core/journal.h"
#include "hub/core/ring.h"
#include "hub/core/state.h"
#include "hub/core/subscription.h"
#include "hub/core/unstored.h"

namespace picket::hub {

class Publisher {
 public:
  struct Parts {
    const State& state;
    const Clock& clock;
    Deadlines& deadlines;
    Journal& journal;
    Committer::Encode encode_execution;
  };
  Publisher(Parts parts, std::size_t ring_bytes_max);

  /// What followed from something said by, or done to, `node`; its row is stored with them.
  void publish(const std::string& node, const Updates& updates);
  /// Events of a node's log, and how far that log is known with them. The node's row is stored as
  /// well if they changed it.
  void publish(const Updates& updates, NodePosition position);

  /// The row of this execution has changed.
  void store_execution(const std::string& id) { committer_.add({.entries = {}, .execution = id}); }
  /// Called for each execution whose row is stored as it was handed over.
  void on_execution_stored(std::function<void(const std::string& id)> callback) {
    on_execution_stored_ = std::move(callback);
  }

  /// Earlier runs of the hub, as the journal has them.
  void restore(const std::vector<HubRun>& runs) {
    runs_.insert(runs_.end(), runs.begin(), runs.end());
  }

  std::unique_ptr<Subscription> subscribe(Subscription::Start start, std::function<void()> wake);
  void unsubscribe(Subscription& subscription);
  std::size_t subscriptions() const { return subscribers_.size(); }

  /// Values of all nodes as of now; made once per seq.
  std::shared_ptr<const Snapshot> snapshot();

  /// Called with true when nodes must not be read because the ring is full of what isn't committed.
  void on_pressure(std::function<void(bool)> callback) { on_pressure_ = std::move(callback); }

  /// Called for each position that was handed over: whether it was stored, with its updates.
  void on_position(std::function<void(const NodePosition&, bool stored)> callback) {
    on_position_ = std::move(callback);
  }
  /// Called when the journal refuses, and when it stores again.
  void on_storing_changed(std::function<void(bool storing, const std::string& reason)> callback) {
    on_storing_changed_ = std::move(callback);
  }

  uint64_t committed_seq() const { return committed_seq_; }
  bool storing() const { return committer_.storing(); }
  const std::string& refusal() const { return committer_.refusal(); }
  /// Hands all that waits to the journal: the hub stops.
  void flush() { committer_.flush(); }

 private:
  std::vector<JournalEntryPtr> append(const Updates& updates);
  std::string encode(const std::string& node) const;
  Committer::Events committer_events();
  void stored(uint64_t seq);
  void unstored(uint64_t seq);
  void storing_changed(bool storing, const std::string& reason);
  void check_pressure();

  const State& state_;
  Journal& journal_;
  Ring ring_;
  std::set<Subscription*> subscribers_;  // each owned by its client link, which unsubscribes it
  std::weak_ptr<const Snapshot> latest_snapshot_;
  std::function<void(bool)> on_pressure_;
  std::function<void(const NodePosition&, bool)> on_position_;
  std::function<void(bool, const std::string&)> on_storing_changed_;
  std::function<void(const std::string&)> on_execution_stored_;
  UnstoredRanges unstored_;
  std::vector<HubRun> runs_;  // this one and, as far as they are known, earlier ones
  uint64_t committed_seq_;
  bool storing_since_unstored_ = true;  // an update was stored after the last that was not
  bool pressure_ = false;
  Committer committer_;
};

}  // namespace picket::hub
