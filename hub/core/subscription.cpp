#include "hub/core/subscription.h"

#include <algorithm>
#include <utility>

#include "common/frame.h"
#include "common/limits.h"

namespace picket::hub {

Subscription::Subscription(const Sources& sources, Start start, std::function<void()> wake)
    : ring_(sources.ring),
      unstored_(sources.unstored),
      journal_(sources.journal),
      filter_(std::move(start.filter)),
      durable_(start.durable),
      wake_(std::move(wake)),
      seq_(start.after_seq),
      snapshot_(std::move(start.snapshot)),
      committed_seq_(sources.committed_seq),
      alive_(std::make_shared<Subscription*>(this)) {
  if (snapshot_) place_ = Place::kSnapshot;
  if (start.gap) tell_gap(*start.gap);
}

Subscription::~Subscription() { *alive_ = nullptr; }

void Subscription::pull(std::size_t bytes_max, std::vector<std::string_view>& frames) {
  offered_.clear();
  if (place_ == Place::kSeeking && control_.empty()) find_place();
  offered_control_ = !control_.empty();
  if (offered_control_) {
    for (const auto& frame : control_) frames.emplace_back(frame);
    return;
  }
  switch (place_) {
    case Place::kSnapshot: pull_snapshot(bytes_max, frames); break;
    case Place::kPage: pull_page(bytes_max, frames); break;
    case Place::kRing: pull_ring(bytes_max, frames); break;
    case Place::kSeeking:
    case Place::kReading: break;
  }
  // Passing over what doesn't match can leave something to say although no update is due.
  if (frames.empty() && (!control_.empty() || place_ == Place::kSeeking)) pull(bytes_max, frames);
}

void Subscription::pulled(std::size_t count) {
  if (count == 0) return;
  if (offered_control_) {
    control_.erase(control_.begin(), control_.begin() + static_cast<std::ptrdiff_t>(count));
    return;
  }
  const Offered& last = offered_.at(count - 1);
  ring_position_ = last.ring;
  index_ = last.index;
  if (place_ != Place::kSnapshot) seq_ = last.seq;
  unmatched_ = 0;
}

void Subscription::pull_snapshot(std::size_t bytes_max, std::vector<std::string_view>& frames) {
  std::size_t bytes = 0;
  std::size_t i = index_;
  for (; i < snapshot_->frames.size(); ++i) {
    const auto& frame = snapshot_->frames[i];
    if (!filter_.matches_node(frame.node)) continue;
    if (!frames.empty() && bytes + frame.bytes.size() > bytes_max) return;
    bytes += frame.bytes.size();
    frames.emplace_back(frame.bytes);
    offered_.push_back({.ring = 0, .index = i + 1});
  }
  if (!frames.empty()) return;
  seq_ = snapshot_->seq;
  snapshot_.reset();
  place_ = Place::kSeeking;
  send_live();
}

void Subscription::find_place() {
  if (const auto position = ring_.after(seq_)) {
    ring_position_ = *position;
    place_ = Place::kRing;
  } else {
    read_page();
  }
}

void Subscription::read_page() {
  place_ = Place::kReading;
  // What the ring has evicted by now is stored or never will be, so a read that reaches the
  // journal's end has all that there is of it.
  const auto answer = [alive = alive_, evicted = ring_.evicted_seq()](JournalPage page) {
    if (*alive != nullptr) (*alive)->take_page(std::move(page), evicted);
  };
  journal_.read(seq_, limits::kWriteBytesMax, answer);
}

void Subscription::take_page(JournalPage page, uint64_t evicted_seq) {
  for (const auto& gap : page.gaps) tell_gap(gap);
  page_ = std::move(page.entries);
  page_end_ = page.at_end ? evicted_seq : 0;
  index_ = 0;
  place_ = Place::kPage;
  if (page_.empty()) end_page();
  wake_();
}

void Subscription::tell_gap(const JournalGap& gap) {
  if (!gap.node.empty()) {
    uint64_t& told = told_gaps_[gap.node];
    if (told >= gap.last_seq || !filter_.matches_node(gap.node)) return;
    told = gap.last_seq;
  }
  v1::HubToClient message;
  auto* missed = message.mutable_missed();
  missed->set_first_seq(gap.first_seq);
  missed->set_last_seq(gap.last_seq);
  missed->set_reason(gap.reason);
  missed->set_node(gap.node);
  control(message);
  if (gap.node.empty()) seq_ = std::max(seq_, gap.last_seq);
}

void Subscription::end_page() {
  page_.clear();
  place_ = Place::kSeeking;
  pass_unstored(page_end_);
  seq_ = std::max(seq_, page_end_);
}

// What of all up to there was never stored is told.
void Subscription::pass_unstored(uint64_t through) {
  for (const Unstored& range : unstored_.between(seq_, through)) {
    tell_gap({.first_seq = range.first_seq,
              .last_seq = range.last_seq,
              .node = {},
              .reason = "the hub could not store them"});
  }
}

void Subscription::pull_page(std::size_t bytes_max, std::vector<std::string_view>& frames) {
  std::size_t bytes = 0;
  for (std::size_t i = index_; i < page_.size(); ++i) {
    const auto& entry = *page_[i];
    if (!filter_.matches(entry.node, entry.kind)) {
      if (frames.empty()) {
        index_ = i + 1;
        seq_ = entry.seq;
        ++unmatched_;
      }
      continue;
    }
    if (!frames.empty() && bytes + entry.frame.size() > bytes_max) return;
    bytes += entry.frame.size();
    frames.emplace_back(entry.frame);
    offered_.push_back({.ring = 0, .index = i + 1, .seq = entry.seq});
  }
  if (!frames.empty()) return;
  end_page();
  if (unmatched_ >= limits::kProgressEvery) send_progress();
}

bool Subscription::may_have(const JournalEntry& entry) const {
  return !durable_ || entry.seq <= committed_seq_;
}

void Subscription::pull_ring(std::size_t bytes_max, std::vector<std::string_view>& frames) {
  if (ring_position_ < ring_.begin()) {  // fell behind
    place_ = Place::kSeeking;
    return;
  }
  std::size_t bytes = 0;
  Ring::Position position = ring_position_;
  for (; position < ring_.end() && may_have(*ring_.at(position)); ++position) {
    const auto& entry = *ring_.at(position);
    if (durable_ && unstored_.find(entry.seq) != nullptr) {
      if (frames.empty()) skip_unstored(entry.seq);
      return;
    }
    if (!filter_.matches(entry.node, entry.kind)) {
      if (frames.empty()) {
        ring_position_ = position + 1;
        seq_ = entry.seq;
        if (++unmatched_ >= limits::kProgressEvery) return send_progress();
      }
      continue;
    }
    if (!frames.empty() && bytes + entry.frame.size() > bytes_max) return;
    bytes += entry.frame.size();
    frames.emplace_back(entry.frame);
    offered_.push_back({.ring = position + 1, .index = 0, .seq = entry.seq});
  }
  if (frames.empty() && !live_sent_) send_live();
}

// A durable subscriber has come to what was only ever told live.
void Subscription::skip_unstored(uint64_t seq) {
  pass_unstored(unstored_.find(seq)->last_seq);
  place_ = Place::kSeeking;
}

void Subscription::committed(uint64_t seq) {
  committed_seq_ = seq;
  if (durable_) wake_();
}

void Subscription::storing(bool storing) {
  if (!durable_) return;
  v1::HubToClient message;
  message.mutable_storing()->set_storing(storing);
  control(message);
  wake_();
}

void Subscription::send_progress() {
  v1::HubToClient message;
  message.mutable_progress()->set_seq(seq_);
  control(message);
  unmatched_ = 0;
}

void Subscription::send_live() {
  v1::HubToClient message;
  message.mutable_live()->set_seq(seq_);
  control(message);
  live_sent_ = true;
}

void Subscription::control(const v1::HubToClient& message) {
  control_.push_back(encode_frame(message));
}

}  // namespace picket::hub
