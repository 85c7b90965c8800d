#include "client/words/update_words.h"

#include <cstdint>
#include <string_view>

#include "client/lib/time_text.h"
#include "client/words/auth_words.h"
#include "client/words/wireguard_words.h"
#include "client/words/words.h"
#include "common/text.h"

namespace picket::words {
namespace {

std::string seen_by(const v1::CollectorHealth& health) {
  std::string words;
  for (const std::string& source : health.ok().sources()) {
    words += (words.empty() ? " (" : ", ") + escape_for_terminal(source);
  }
  return words.empty() ? words : words + ")";
}

std::string reboot_words(const v1::NodeEvent& event) {
  const std::string reasons = list_words(event.reboot_reasons());
  return reasons.empty() ? "reboot required" : "reboot required: " + reasons;
}

std::string node_words(const std::string& kind, const v1::NodeEvent& event) {
  const std::string address = outside_text(event.address());
  if (kind == "node.connected") return "connected from " + address;
  if (kind == "node.disconnected") return "disconnected: " + reason_words(event.reason());
  if (kind == "node.identity_conflict") {
    return "identity conflict: " + address + " and " + outside_text(event.other_address()) +
           " use the same certificate";
  }
  if (kind == "node.booted") return "booted";
  if (kind == "node.clock_wrong")
    return "its clock is wrong: " + clock_words(event.clock_offset_ms());
  if (kind == "node.clock_right")
    return "its clock is right again: " + clock_words(event.clock_offset_ms());
  if (kind == "node.reboot_required") return reboot_words(event);
  if (kind == "node.refused") {
    return "refused " + address + ": its certificate was revoked or replaced";
  }
  if (kind == "node.revoked") return "revoked";
  if (kind == "node.forgotten") return "forgotten";
  return escape_for_terminal(kind) + (address.empty() ? "" : " " + address);
}

std::string collector_words(const std::string& kind, const v1::CollectorEvent& event) {
  if (event.resource() == "auth_log") {
    const bool reads = event.health().has_ok();
    return reads ? "the auth log is " + auth_log_words(event.health()) + " again"
                 : auth_log_words(event.health());
  }
  if (event.resource() == "wireguard") {
    return event.health().has_ok() ? "can see WireGuard again" + seen_by(event.health())
                                   : wireguard_blind_words(event.health());
  }
  if (event.resource() != "sessions") {
    return escape_for_terminal(kind) + " " + escape_for_terminal(event.resource());
  }
  if (kind == "collector.recovered") {
    return "can see who is logged in again" + seen_by(event.health());
  }
  return sessions_words(event.health(), 0);
}

std::string session_event_words(const std::string& kind, const v1::Session& session) {
  if (kind == "session.opened") return "session opened: " + session_words(session);
  if (kind == "session.closed") return "session closed: " + session_words(session);
  return escape_for_terminal(kind) + ": " + session_words(session);
}

std::string gap_words(const v1::GapEvent& gap) {
  const auto time = [](int64_t unix_ns) {
    return unix_ns == 0 ? std::string("?") : client::local_time(from_unix_ns(unix_ns));
  };
  return "lines of " + outside_text(gap.source()) + " are lost, between " +
         time(gap.from_unix_ns()) + " and " + time(gap.to_unix_ns()) + ": " +
         outside_text(gap.reason());
}

// "local.backup.failed by uid 0: TEXT, disk=sda1"
std::string local_words(const std::string& kind, const v1::LocalEvent& event) {
  std::string words = escape_for_terminal(kind) + " by uid " + std::to_string(event.uid());
  const std::string text = outside_text(event.text(), event.text_raw());
  if (!text.empty()) words += ": " + text;
  for (const auto& field : event.fields())
    words +=
        ", " + outside_text(field.name()) + "=" + outside_text(field.value(), field.value_raw());
  return words;
}

std::string event_words(const v1::Event& event) {
  std::string words;
  switch (event.detail_case()) {
    case v1::Event::kSession:
      words = session_event_words(event.kind(), event.session().session());
      break;
    case v1::Event::kNode: words = node_words(event.kind(), event.node()); break;
    case v1::Event::kCollector: words = collector_words(event.kind(), event.collector()); break;
    case v1::Event::kHub:
      words = "hub started, version " + escape_for_terminal(event.hub().version());
      break;
    case v1::Event::kAuth: words = auth_words(event.kind(), event.auth()); break;
    case v1::Event::kGap: words = gap_words(event.gap()); break;
    case v1::Event::kQuarantined:
      words = "an event of " + outside_text(event.quarantined().source()) +
              " could not be read: " + outside_text(event.quarantined().reason());
      break;
    case v1::Event::kWireguard: words = wireguard_words(event.kind(), event.wireguard()); break;
    case v1::Event::kLocal: words = local_words(event.kind(), event.local()); break;
    case v1::Event::DETAIL_NOT_SET: words = escape_for_terminal(event.kind()); break;
  }
  if (event.replayed()) words += " (sent again)";
  return event.observed_late() ? words + " (observed late)" : words;
}

void add_count(std::string& words, int count, std::string_view what) {
  if (count == 0) return;
  words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(what);
}

void add_rows(std::string& words, int count, const std::string& row, std::string_view what) {
  add_count(words, count, (count == 1 ? row : row + "s") + " " + std::string(what));
}

std::string change_words(const v1::ResourceChange& change) {
  std::string counts;
  switch (change.rows_case()) {
    case v1::ResourceChange::kSessions:
      add_count(counts, change.sessions().added_size(), "added");
      add_count(counts, change.sessions().changed_size(), "changed");
      add_count(counts, change.sessions().removed_keys_size(), "removed");
      break;
    case v1::ResourceChange::kWireguard:
      add_rows(counts, change.wireguard().interfaces_added_size(), "interface", "added");
      add_rows(counts, change.wireguard().interfaces_changed_size(), "interface", "changed");
      add_rows(counts, change.wireguard().interfaces_removed_size(), "interface", "removed");
      add_rows(counts, change.wireguard().added_size(), "peer", "added");
      add_rows(counts, change.wireguard().changed_size(), "peer", "changed");
      add_rows(counts, change.wireguard().removed_keys_size(), "peer", "removed");
      break;
    case v1::ResourceChange::kHost: counts = "facts changed"; break;
    case v1::ResourceChange::ROWS_NOT_SET: break;
  }
  std::string words = escape_for_terminal(change.resource()) + ":";
  if (!counts.empty()) words += " " + counts;
  if (!change.has_health()) return words;
  if (!counts.empty()) words += ";";
  if (change.resource() == "auth_log") return words + " " + auth_log_words(change.health());
  if (change.health().has_ok()) return words + " can be seen" + seen_by(change.health());
  if (change.resource() == "wireguard") return words + " " + wireguard_blind_words(change.health());
  return words + " " + sessions_words(change.health(), 0);
}

}  // namespace

std::string update_words(const v1::Update& update) {
  switch (update.body_case()) {
    case v1::Update::kChange: return change_words(update.change());
    case v1::Update::kEvent: return event_words(update.event());
    case v1::Update::BODY_NOT_SET: break;
  }
  return "something that this version doesn't know";
}

}  // namespace picket::words
