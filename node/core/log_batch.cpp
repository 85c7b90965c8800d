#include "node/core/log_batch.h"

#include <cstdint>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/utf8.h"

namespace picket::node {
namespace {

// Parts of a line: see LogPosition.
constexpr uint32_t kGapPart = 0;
constexpr uint32_t kEventPart = 1;

int64_t to_unix_ns_or_unknown(const std::optional<WallTime>& time) {
  return time ? to_unix_ns(*time) : 0;
}

v1::Event gap_event(std::string_view source, const LogGap& lost) {
  v1::Event event;
  event.set_kind("log.gap");
  v1::GapEvent& gap = *event.mutable_gap();
  gap.set_source(std::string(source));
  set_outside_text(lost.reason, gap.mutable_reason(), nullptr);  // may quote what a hub said
  gap.set_from_unix_ns(to_unix_ns_or_unknown(lost.from));
  gap.set_to_unix_ns(to_unix_ns_or_unknown(lost.to));
  return event;
}

}  // namespace

bool LogBatch::takes(const SourcedLine& line) const {
  return is_empty() || events_.instance() == line.instance;
}

bool LogBatch::is_full() const {
  return events_.events_size() >= limits::kLogBatchEventsMax || bytes_ >= limits::kLogBatchBytes;
}

void LogBatch::add(std::string_view source, const SourcedLine& line, const v1::Event* event,
                   const std::string& key_name) {
  const bool is_something = event != nullptr || line.gap;
  if (!is_something) return;
  if (is_empty()) {
    events_.set_source(std::string(source));
    events_.set_instance(std::string(line.instance));
  }
  const int64_t at = line.line                    ? to_unix_ns(line.line->time)
                     : line.gap && line.gap->from ? to_unix_ns(*line.gap->from)
                                                  : 0;
  if (line.gap) add_event(kGapPart, line.offset, at, gap_event(source, *line.gap));
  if (event == nullptr) return;
  if (key_name.empty()) return add_event(kEventPart, line.offset, at, *event);
  v1::Event named = *event;
  named.mutable_auth()->set_key_name(key_name);
  add_event(kEventPart, line.offset, at, named);
}

void LogBatch::add_event(uint32_t part, uint64_t offset, int64_t at_unix_ns,
                         const v1::Event& event) {
  v1::LogEvent& added = *events_.add_events();
  added.set_offset(offset);
  added.set_part(part);
  added.set_at_unix_ns(at_unix_ns);
  event.SerializeToString(added.mutable_event());
  bytes_ += added.event().size();
}

}  // namespace picket::node
