#include "hub/core/publisher.h"

#include <algorithm>
#include <utility>

#include "common/frame.h"
#include "hub/core/node_items.h"
#include "hub/core/stored_node.h"

namespace picket::hub {

Publisher::Publisher(Parts parts, std::size_t ring_bytes_max)
    : state_(parts.state),
      journal_(parts.journal),
      ring_(ring_bytes_max, parts.state.last_seq()),
      runs_({{parts.journal.last_committed(), parts.state.last_seq()}}),
      committed_seq_(parts.journal.last_committed()),
      committer_(parts.journal, parts.clock, parts.deadlines, runs_.front(),
                 {.node = [this](const std::string& node) { return encode(node); },
                  .execution = std::move(parts.encode_execution)},
                 committer_events()) {}

Committer::Events Publisher::committer_events() {
  return {
      .stored = [this](uint64_t seq) { stored(seq); },
      .position_stored =
          [this](const NodePosition& position) {
            if (on_position_) on_position_(position, true);
          },
      .position_unstored =
          [this](const NodePosition& position) {
            if (on_position_) on_position_(position, false);
          },
      .execution_stored =
          [this](const std::string& id) {
            if (on_execution_stored_) on_execution_stored_(id);
          },
      .unstored = [this](uint64_t seq) { unstored(seq); },
      .storing_changed = [this](bool storing,
                                const std::string& reason) { storing_changed(storing, reason); }};
}

std::string Publisher::encode(const std::string& node) const {
  const auto* record = state_.find(node);
  return record == nullptr ? std::string() : encode_node(*record);
}

std::vector<JournalEntryPtr> Publisher::append(const Updates& updates) {
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
  if (!entries.empty()) {
    for (auto* subscription : subscribers_) subscription->wake();
  }
  return entries;
}

void Publisher::publish(const std::string& node, const Updates& updates) {
  committer_.add({.entries = append(updates), .node = node});
  check_pressure();
}

void Publisher::publish(const Updates& updates, NodePosition position) {
  const bool changed =
      std::ranges::any_of(updates, [](const v1::Update& update) { return update.has_change(); });
  std::string node = changed ? position.node : std::string();
  committer_.add(
      {.entries = append(updates), .node = std::move(node), .position = std::move(position)});
  check_pressure();
}

std::unique_ptr<Subscription> Publisher::subscribe(Subscription::Start start,
                                                   std::function<void()> wake) {
  // A live subscriber can have been told what an earlier run never stored; then what it was told
  // may not be so.
  for (const HubRun& run : runs_) {
    if (start.after_seq <= run.stored_before || start.after_seq >= run.start_seq) continue;
    start.gap = JournalGap{.first_seq = start.after_seq + 1,
                           .last_seq = run.start_seq,
                           .node = {},
                           .reason = "the hub stopped before it had stored them"};
  }
  auto subscription = std::make_unique<Subscription>(
      Subscription::Sources{ring_, unstored_, journal_, committed_seq_}, std::move(start),
      std::move(wake));
  if (!storing()) subscription->storing(false);
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

void Publisher::stored(uint64_t seq) {
  committed_seq_ = std::max(committed_seq_, seq);
  storing_since_unstored_ = true;
  ring_.release(seq);
  for (auto* subscription : subscribers_) subscription->committed(committed_seq_);
  check_pressure();
}

// Nothing holds it in the ring: it will not be stored however long it stays.
void Publisher::unstored(uint64_t seq) {
  unstored_.add(seq, !std::exchange(storing_since_unstored_, false));
  ring_.release(seq);
  check_pressure();
}

void Publisher::storing_changed(bool storing, const std::string& reason) {
  for (auto* subscription : subscribers_) subscription->storing(storing);
  if (on_storing_changed_) on_storing_changed_(storing, reason);
}

void Publisher::check_pressure() {
  if (ring_.overfull() == pressure_) return;
  pressure_ = ring_.overfull();
  if (on_pressure_) on_pressure_(pressure_);
}

}  // namespace picket::hub
