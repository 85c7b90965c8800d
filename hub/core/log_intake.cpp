#include "hub/core/log_intake.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "common/auth_kinds.h"
#include "common/decode.h"
#include "common/limits.h"
#include "common/local_event.h"
#include "common/message_shapes.h"

namespace picket::hub {
namespace {

constexpr std::size_t kSourceBytesMax = 1024;
constexpr std::size_t kInstanceBytesMax = 64;
constexpr uint32_t kWholeLine = std::numeric_limits<uint32_t>::max();

std::size_t bytes_max(bool is_local) {
  return is_local ? limits::kLocalEventBytesMax : limits::kLogEventBytesMax;
}

std::optional<std::string> check(const v1::LogEvents& sent) {
  if (sent.source().empty() || sent.source().size() > kSourceBytesMax ||
      sent.instance().size() > kInstanceBytesMax) {
    return "log events of a source without a name, or with an overlong one";
  }
  LogPlace last;
  for (const auto& event : sent.events()) {
    const LogPlace place{event.offset(), event.part()};
    if (place <= last) return "log events out of order";
    last = place;
  }
  return std::nullopt;
}

}  // namespace

bool is_log_event(const v1::Event& event) {
  if (event.has_local()) {
    const std::string_view kind = event.kind();
    return kind.starts_with(kLocalPrefix) &&
           !wrong_with_local_kind(kind.substr(kLocalPrefix.size())) && !wrong_with(event.local());
  }
  if (event.has_gap()) return event.kind() == "log.gap";
  return event.has_auth() && auth_kind_of(event.kind()).has_value();
}

Result<bool> LogIntake::take(const std::string& node, const v1::LogEvents& sent, uint64_t link,
                             uint64_t events) {
  if (const auto wrong = check(sent)) return Error{*wrong};
  Updates updates;
  bool news = false;
  const auto accept = [&](LogPlace place, int64_t at_unix_ns) {
    const auto verdict = positions_.accept(node, sent.source(), sent.instance(), place, at_unix_ns);
    news = news || verdict != LogPositions::Verdict::kKnown;
    return verdict;
  };
  for (const auto& event : sent.events()) {
    const auto verdict = accept({event.offset(), event.part()}, event.at_unix_ns());
    if (verdict == LogPositions::Verdict::kKnown) continue;
    for (auto& update : update_of(node, sent, event, verdict == LogPositions::Verdict::kReplayed)) {
      updates.push_back(std::move(update));
    }
  }
  if (sent.read_through() > 0)
    accept({sent.read_through(), kWholeLine}, sent.read_through_unix_ns());
  if (!news) return false;
  for (auto& dropped : positions_.drop_surplus(node)) publisher_.publish({}, std::move(dropped));
  publisher_.publish(updates,
                     {.node = node,
                      .position = positions_.accepted(node, sent.source(), sent.instance()),
                      .link = link,
                      .events = events});
  return true;
}

Updates LogIntake::update_of(const std::string& node, const v1::LogEvents& sent,
                             const v1::LogEvent& event, bool replayed) {
  v1::Event told;
  std::string wrong;
  const bool is_local = sent.source() == kLocalSource;
  if (event.event().size() > bytes_max(is_local)) {
    wrong = "too large";
  } else if (!decode(event.event(), shapes::kEvent, told)) {
    wrong = "not a message that this hub can read";
  } else if (!is_log_event(told) || (!told.has_gap() && told.has_local() != is_local)) {
    wrong = "not an event that a node may tell";
  }
  if (!wrong.empty()) {
    told.Clear();
    told.set_kind("node.quarantined");
    auto& quarantined = *told.mutable_quarantined();
    quarantined.set_source(sent.source());
    quarantined.set_offset(event.offset());
    quarantined.set_bytes(static_cast<uint32_t>(event.event().size()));
    quarantined.set_reason(wrong);
  }
  told.set_observed_late(false);
  told.set_replayed(replayed);
  return state_.logged(node, from_unix_ns(event.at_unix_ns()), std::move(told));
}

}  // namespace picket::hub
