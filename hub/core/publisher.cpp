#include "hub/core/publisher.h"

#include <cstdint>
#include <utility>

#include "common/frame.h"
#include "hub/core/node_items.h"

namespace picket::hub {

Publisher::Publisher(const State& state, Journal& journal, std::size_t ring_bytes_max)
    : state_(state),
      journal_(journal),
      ring_(ring_bytes_max, state.last_seq()),
      committed_seq_(journal.last_committed()) {
  journal_.set_listener(*this);
}

void Publisher::publish(const Updates& updates) {
  if (updates.empty()) return;
  std::vector<JournalEntryPtr> entries;
  entries.reserve(updates.size());
  v1::HubToClient message;
  for (const auto& update : updates) {
    *message.mutable_update() = update;
    auto entry = std::make_shared<JournalEntry>();
    entry->seq = update.seq();
    entry->node = update.node();
    entry->kind = kind_of(update);
    entry->received = from_unix_ns(update.received_unix_ns());
    entry->frame = encode_frame(message);
    entries.push_back(entry);
    ring_.append(entries.back());
  }
  for (auto* subscription : subscribers_) subscription->wake();
  journal_.append(std::move(entries));
  check_pressure();
}

std::unique_ptr<Subscription> Publisher::subscribe(Subscription::Start start,
                                                   std::function<void()> wake) {
  auto subscription =
      std::make_unique<Subscription>(ring_, journal_, std::move(start), std::move(wake));
  if (!storing_) subscription->storing(false);
  subscribers_.insert(subscription.get());
  return subscription;
}

void Publisher::unsubscribe(Subscription& subscription) { subscribers_.erase(&subscription); }

std::shared_ptr<const Snapshot> Publisher::snapshot() {
  auto latest = latest_snapshot_.lock();
  if (latest && latest->seq == state_.last_seq()) return latest;
  auto made = std::make_shared<Snapshot>();
  made->seq = state_.last_seq();
  for (const auto& [name, node] : state_.nodes()) {
    for (auto& frame : node_frames(0, name, node, {})) {
      made->frames.push_back({.node = name, .bytes = std::move(frame)});
    }
  }
  latest_snapshot_ = made;
  return made;
}

void Publisher::committed(uint64_t seq) {
  committed_seq_ = seq;
  ring_.committed(seq);
  for (auto* subscription : subscribers_) subscription->committed(seq);
  check_pressure();
}

void Publisher::storing_changed(bool storing, const std::string& /*reason*/) {
  storing_ = storing;
  for (auto* subscription : subscribers_) subscription->storing(storing);
}

void Publisher::check_pressure() {
  if (ring_.overfull() == pressure_) return;
  pressure_ = ring_.overfull();
  if (on_pressure_) on_pressure_(pressure_);
}

}  // namespace picket::hub
