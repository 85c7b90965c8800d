#include "hub/core/committer.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace picket::hub {

Committer::Committer(Journal& journal, const Clock& clock, Deadlines& deadlines, HubRun run,
                     Rows rows, Events events)
    : journal_(journal),
      clock_(clock),
      deadlines_(deadlines),
      rows_(std::move(rows)),
      events_(std::move(events)),
      run_(run) {
  journal_.set_listener(*this);
}

Committer::~Committer() {
  if (timer_) deadlines_.cancel(*timer_);
}

void Committer::add(Changes changes) {
  if (!changes.node.empty()) changed_.insert(std::move(changes.node));
  if (!changes.execution.empty()) executions_.insert(std::move(changes.execution));
  if (!storing_) {
    for (const auto& entry : changes.entries) give_up(entry->seq);
    if (changes.position) give_up(*std::move(changes.position));
    return;
  }
  batch_.entries.insert(batch_.entries.end(), changes.entries.begin(), changes.entries.end());
  if (changes.position) positions_.add(*std::move(changes.position));
  commit_soon();
}

bool Committer::has_work() const {
  return !batch_.entries.empty() || !positions_.empty() || !changed_.empty() ||
         !executions_.empty() || batch_.unstored.first_seq != 0;
}

void Committer::commit_soon() {
  if (in_flight_ || !storing_ || !has_work()) return;
  if (batch_.entries.size() >= limits::kCommitUpdatesMax) return commit();
  if (!timer_) arm(limits::kCommitDelay);
}

void Committer::arm(Nanoseconds delay) {
  timer_ = deadlines_.at(clock_.steady() + delay, [this] {
    timer_.reset();
    if (!in_flight_) commit();
  });
}

void Committer::flush() {
  if (!in_flight_ && storing_ && has_work()) commit();
}

void Committer::commit() {
  if (timer_) deadlines_.cancel(*std::exchange(timer_, std::nullopt));
  Stored told;
  for (const auto& entry : batch_.entries) told.seqs.push_back(entry->seq);
  told.last_seq = std::max(told.seqs.empty() ? 0 : told.seqs.back(), batch_.unstored.last_seq);
  told.nodes.assign(changed_.begin(), changed_.end());
  batch_.positions = positions_.take();
  told.positions = batch_.positions;
  told.unstored_through = batch_.unstored.last_seq;
  for (const auto& node : told.nodes) batch_.nodes.push_back({node, rows_.node(node)});
  changed_.clear();
  for (const auto& id : executions_) batch_.executions.push_back({id, rows_.execution(id)});
  told.executions = std::exchange(executions_, {});
  in_flight_ = std::move(told);
  batch_.run = run_;
  const Unstored unstored = batch_.unstored;
  journal_.append(std::exchange(batch_, {}));
  batch_.unstored = unstored;  // until it is stored that they are not
}

void Committer::stored() {
  const Stored done = *std::exchange(in_flight_, std::nullopt);
  run_.reset();
  auto& unstored = batch_.unstored;
  if (unstored.last_seq <= done.unstored_through) {
    unstored = {};
  } else if (done.unstored_through > 0) {
    unstored.first_seq = done.unstored_through + 1;
  }
  const bool again = !std::exchange(storing_, true);
  refusal_.clear();
  if (done.last_seq > 0) events_.stored(done.last_seq);
  for (const auto& position : done.positions) events_.position_stored(position);
  for (const auto& id : done.executions) {
    if (!executions_.contains(id)) events_.execution_stored(id);  // else it has changed since
  }
  if (again) events_.storing_changed(true, {});
  commit_soon();
}

void Committer::refused(const std::string& reason) {
  const Stored lost = *std::exchange(in_flight_, std::nullopt);
  changed_.insert(lost.nodes.begin(), lost.nodes.end());
  executions_.insert(lost.executions.begin(), lost.executions.end());
  const auto waiting = std::exchange(batch_.entries, {});
  const auto positions = positions_.take();
  const bool was_storing = std::exchange(storing_, false);
  refusal_ = reason;
  for (const uint64_t seq : lost.seqs) give_up(seq);
  for (const auto& entry : waiting) give_up(entry->seq);
  for (const auto& position : lost.positions) give_up(position);
  for (const auto& position : positions) give_up(position);
  if (was_storing) events_.storing_changed(false, reason);
  arm(limits::kStoreRetry);
}

// That a row goes is still so when the journal stores again: nobody would say it once more.
void Committer::give_up(NodePosition position) {
  if (position.dropped) return positions_.add(std::move(position));
  events_.position_unstored(position);
}

void Committer::give_up(uint64_t seq) {
  auto& unstored = batch_.unstored;
  if (unstored.first_seq == 0) unstored.first_seq = seq;
  unstored.last_seq = seq;
  events_.unstored(seq);
}

}  // namespace picket::hub
