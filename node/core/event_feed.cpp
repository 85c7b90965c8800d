#include "node/core/event_feed.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/local_event.h"

namespace picket::node {
namespace {

// Parts of a position: see LogPosition.
constexpr uint32_t kGapPart = 0;
constexpr uint32_t kEventPart = 1;

// A hub that was put back to an older state wants what others have let go.
v1::Event gap_event(uint64_t first, uint64_t last) {
  v1::Event event;
  event.set_kind("log.gap");
  v1::GapEvent& gap = *event.mutable_gap();
  gap.set_source(std::string(kLocalSource));
  gap.set_reason("local events " + std::to_string(first) + " to " + std::to_string(last) +
                 " are no longer kept");
  return event;
}

void add(v1::LogEvents& events, const v1::SpooledEvent& spooled, uint32_t part,
         std::string encoded) {
  v1::LogEvent& added = *events.add_events();
  added.set_offset(spooled.number());
  added.set_part(part);
  added.set_at_unix_ns(spooled.at_unix_ns());
  added.set_event(std::move(encoded));
}

}  // namespace

EventFeed::EventFeed(EventSpool* spool, LogBookmark& bookmark)
    : spool_(spool), bookmark_(bookmark) {
  if (spool_ == nullptr) return;
  const auto known = bookmark.load();
  if (!known) {
    set_acknowledged(spool_->last());
  } else if (known->instance() == spool_->instance()) {
    acknowledged_ = std::min(known->offset(), spool_->last());
  }
  sent_ = acknowledged_;
  spool_->attach(*this);
}

EventFeed::~EventFeed() {
  if (spool_ != nullptr) spool_->detach(*this);
}

bool EventFeed::is_of(const v1::LogPosition& position) { return position.source() == kLocalSource; }

void EventFeed::set_acknowledged(uint64_t number) {
  acknowledged_ = number;
  v1::LogPosition position;
  position.set_source(std::string(kLocalSource));
  position.set_instance(spool_->instance());
  position.set_offset(number);
  bookmark_.save(position);
}

void EventFeed::on_welcome(LogFeedLink& link, const v1::Welcome& welcome) {
  link_ = &link;
  round_ = 0;
  if (spool_ == nullptr) return;
  for (const auto& position : welcome.positions()) {
    if (!is_of(position) || position.instance() != spool_->instance()) continue;
    spool_->skip_to(position.offset());
    set_acknowledged(std::min(position.offset(), spool_->last()));
  }
  sent_ = acknowledged_;
  spool_->release();
  wake();
}

void EventFeed::on_acknowledged(const v1::LogAcknowledged& acknowledged) {
  const v1::LogPosition& position = acknowledged.position();
  // Only what was sent can have been stored.
  const bool is_news = spool_ != nullptr && position.instance() == spool_->instance() &&
                       position.offset() > acknowledged_ && position.offset() <= sent_;
  if (!is_news) return;
  set_acknowledged(position.offset());
  spool_->release();
}

void EventFeed::on_again(const v1::LogAgain& again) {
  round_ = again.round();
  sent_ = acknowledged_;
  wake();
}

void EventFeed::wake() {
  if (link_ != nullptr) link_->on_log_ready();
}

std::optional<v1::LogEvents> EventFeed::next(LogAllowance& allowance) {
  if (link_ == nullptr || spool_ == nullptr) return std::nullopt;
  v1::LogEvents events;
  std::size_t bytes = 0;
  const auto count = [&events] { return static_cast<uint64_t>(events.events_size()); };
  while (events.events_size() < limits::kLogBatchEventsMax && bytes < limits::kLogBatchBytes) {
    const v1::SpooledEvent* spooled = spool_->after(sent_);
    if (spooled == nullptr) break;
    const bool is_gap = spooled->number() > sent_ + 1;
    if (allowance.left() < count() + (is_gap ? 2 : 1)) break;
    if (is_gap)
      add(events, *spooled, kGapPart,
          gap_event(sent_ + 1, spooled->number() - 1).SerializeAsString());
    add(events, *spooled, kEventPart, spooled->event());
    bytes += spooled->event().size();
    sent_ = spooled->number();
  }
  if (events.events().empty()) return std::nullopt;
  events.set_source(std::string(kLocalSource));
  events.set_instance(spool_->instance());
  events.set_round(round_);
  allowance.use(count());
  return events;
}

}  // namespace picket::node
