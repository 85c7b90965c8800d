#include "client/words/words.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "client/lib/time_text.h"
#include "common/text.h"

namespace picket::words {
namespace {

constexpr int64_t kRoughFromMs = 60'000;
constexpr int64_t kMostMs = 1'000'000'000'000'000;  // of what a hub may say

std::string count_words(uint32_t rows) {
  if (rows == 0) return "nobody is logged in";
  return rows == 1 ? "1 session" : std::to_string(rows) + " sessions";
}

}  // namespace

std::string outside_text(const std::string& text, const std::string& raw) {
  return escape_for_terminal(raw.empty() ? text : raw);
}

std::string reason_words(std::string_view reason) {
  std::string words = escape_for_terminal(reason);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string list_words(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string words;
  for (const std::string& text : texts) words += (words.empty() ? "" : ", ") + outside_text(text);
  return words;
}

std::string clock_words(int64_t offset_ms) {
  const int64_t off = std::abs(std::clamp(offset_ms, -kMostMs, kMostMs));
  if (off >= kRoughFromMs) {
    const std::string rough = client::rough_duration(Seconds(off / 1000));
    return rough + (offset_ms > 0 ? " ahead of" : " behind") + " the hub's";
  }
  if (off == 0) return "the same as the hub's";
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%lld.%03lld s", static_cast<long long>(off / 1000),
                static_cast<long long>(off % 1000));
  return seconds + std::string(offset_ms >= 0 ? " ahead of" : " behind") + " the hub's";
}

std::string blind_words(const v1::CollectorHealth& health, std::string_view cannot) {
  switch (health.state_case()) {
    case v1::CollectorHealth::kOk: return {};
    case v1::CollectorHealth::kNotMonitored: return "not monitored (switched off in node.toml)";
    case v1::CollectorHealth::kInitialising: return "the node has not looked yet";
    case v1::CollectorHealth::kFailed: break;
    case v1::CollectorHealth::STATE_NOT_SET: return "unknown: the hub has heard nothing of this";
  }
  const auto& failed = health.failed();
  std::string words = "can't " + std::string(cannot) + ": ";
  words += failed.reason().empty() ? "no reason given" : escape_for_terminal(failed.reason());
  if (!failed.remedy().empty()) words += " (" + escape_for_terminal(failed.remedy()) + ")";
  return words;
}

std::string sessions_words(const v1::CollectorHealth& health, uint32_t rows) {
  return health.has_ok() ? count_words(rows) : blind_words(health, "see who is logged in");
}

std::string behind_words(const v1::BehindAddress& behind) {
  if (behind.interface().empty()) return {};
  std::string words =
      " (" + outside_text(behind.name().empty() ? behind.public_key() : behind.name());
  if (!behind.endpoint_address().empty()) words += ", " + outside_text(behind.endpoint_address());
  return words + ")";
}

std::string origin_words(const v1::Session& session) {
  std::string host = outside_text(session.remote_host(), session.remote_host_raw());
  if (!host.empty()) return host + behind_words(session.behind());
  return session.seat().empty() ? "local" : outside_text(session.seat());
}

std::string session_words(const v1::Session& session) {
  std::string words = outside_text(session.user(), session.user_raw());
  if (words.empty()) words = "somebody";
  if (!session.tty().empty()) words += " on " + outside_text(session.tty());
  const std::string host = outside_text(session.remote_host(), session.remote_host_raw());
  if (!host.empty()) words += " from " + host + behind_words(session.behind());
  if (!session.key_name().empty()) words += ", key of " + outside_text(session.key_name());
  return words;
}

const v1::CollectorSummary* sessions_of(const v1::NodeSummary& node) {
  return collector_of(node, "sessions");
}

const v1::CollectorSummary* collector_of(const v1::NodeSummary& node, std::string_view resource) {
  const auto found =
      std::ranges::find(node.collectors(), resource, &v1::CollectorSummary::resource);
  return found == node.collectors().end() ? nullptr : &*found;
}

}  // namespace picket::words
