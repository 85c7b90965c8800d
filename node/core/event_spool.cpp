#include "node/core/event_spool.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/limits.h"
#include "node/core/event_feed.h"

namespace picket::node {
namespace {

constexpr std::size_t kRecordOverheadBytes = 64;  // at least what a record has beside its event
constexpr std::size_t kCompactFromBytes = limits::kEventSpoolBytesMax / 8;
constexpr uint64_t kNumberMax = uint64_t{1} << 62U;  // a hub that says more means ill

std::size_t bytes_of(const v1::SpooledEvent& event) {
  return event.event().size() + kRecordOverheadBytes;
}

std::size_t bytes_of(const std::deque<v1::SpooledEvent>& events) {
  std::size_t bytes = 0;
  for (const auto& event : events) bytes += bytes_of(event);
  return bytes;
}

}  // namespace

EventSpool::EventSpool(EventSpoolFile& file, SpoolContents contents, bool is_whole)
    : file_(file),
      instance_(std::move(contents.instance)),
      next_(contents.next),
      stored_(std::move(contents.events)),
      stored_bytes_(bytes_of(stored_)),
      file_bytes_(stored_bytes_),
      is_whole_(is_whole) {}

void EventSpool::add(WallTime at, std::string event, Accepted accepted) {
  Waiting waiting{{}, std::move(accepted)};
  waiting.event.set_at_unix_ns(to_unix_ns(at));
  waiting.event.set_event(std::move(event));
  const std::size_t bytes = bytes_of(waiting.event);
  if (stored_bytes_ + waiting_bytes_ + bytes > limits::kEventSpoolBytesMax)
    return waiting.accepted("the spool is full: its hubs have not stored " +
                            std::to_string(stored_.size()) +
                            " events yet; is the agent connected to all of them?");
  waiting_bytes_ += bytes;
  waiting_.push_back(std::move(waiting));
  write();
}

bool EventSpool::is_compaction_due() const {
  return !is_whole_ || (file_bytes_ >= kCompactFromBytes && stored_bytes_ * 2 <= file_bytes_) ||
         file_bytes_ + waiting_bytes_ > limits::kEventSpoolBytesMax;
}

// One write at a time; what comes meanwhile goes with the next one. Numbers are given here, so that
// a write that failed leaves no hole.
void EventSpool::write() {
  const bool replaces = is_compaction_due();
  if (is_writing_ || (waiting_.empty() && !replaces)) return;
  is_writing_ = true;
  std::vector<Waiting> batch = std::exchange(waiting_, {});
  uint64_t number = next_;
  std::vector<v1::SpooledEvent> events;
  for (auto& waiting : batch) {
    waiting.event.set_number(number++);
    events.push_back(waiting.event);
  }
  SpoolContents contents;
  if (replaces) {
    contents = {.instance = instance_, .next = next_, .events = stored_};
    contents.events.insert(contents.events.end(), events.begin(), events.end());
  }
  std::optional<std::size_t> replaced_bytes;
  if (replaces) replaced_bytes = stored_bytes_;
  const auto done = [this, replaced_bytes, batch = std::move(batch)](const Status& stored) {
    written(batch, replaced_bytes, stored);
  };
  replaces ? file_.replace(contents, done) : file_.append(events, done);
}

void EventSpool::written(const std::vector<Waiting>& batch,
                         std::optional<std::size_t> replaced_bytes, const Status& stored) {
  is_writing_ = false;
  for (const auto& waiting : batch) waiting_bytes_ -= bytes_of(waiting.event);
  if (!stored) {
    for (const auto& waiting : batch) waiting.accepted("it can't be stored: " + stored.error());
    // Again with the next event, unless some have come already.
    if (!waiting_.empty()) write();
    return;
  }
  if (replaced_bytes) {
    is_whole_ = true;
    file_bytes_ = *replaced_bytes;
  }
  for (const auto& waiting : batch) {
    next_ = waiting.event.number() + 1;
    stored_bytes_ += bytes_of(waiting.event);
    file_bytes_ += bytes_of(waiting.event);
    stored_.push_back(waiting.event);
  }
  for (const auto& waiting : batch) waiting.accepted(std::nullopt);
  for (EventFeed* feed : feeds_) feed->wake();
  write();
}

const v1::SpooledEvent* EventSpool::after(uint64_t number) const {
  const auto found = std::upper_bound(
      stored_.begin(), stored_.end(), number,
      [](uint64_t n, const v1::SpooledEvent& event) { return n < event.number(); });
  return found == stored_.end() ? nullptr : &*found;
}

void EventSpool::release() {
  if (feeds_.empty()) return;
  uint64_t through = last();
  for (const EventFeed* feed : feeds_) through = std::min(through, feed->acknowledged());
  while (!stored_.empty() && stored_.front().number() <= through) {
    stored_bytes_ -= bytes_of(stored_.front());
    stored_.pop_front();
  }
  if (is_whole_ && is_compaction_due()) write();
}

void EventSpool::skip_to(uint64_t number) {
  if (is_writing_ || number < next_ || number >= kNumberMax) return;
  next_ = number + 1;
  is_whole_ = false;  // so that the file knows it, too, with the next event
}

}  // namespace picket::node
