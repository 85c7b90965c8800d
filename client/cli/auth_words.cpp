#include "client/cli/auth_words.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "client/cli/words.h"
#include "client/lib/time_text.h"
#include "common/clock.h"
#include "common/text.h"

namespace picket::cli {
namespace {

struct Lead {
  std::string_view kind;
  std::string_view words;
};

// sorted
constexpr std::array<Lead, 17> kLeads = {{
    {"account.changed", "account changed"},
    {"login.failed", "login failed"},
    {"login.opened", "login"},
    {"pam.closed", "session closed"},
    {"pam.opened", "session opened"},
    {"ssh.accepted", "ssh login"},
    {"ssh.closed", "ssh closed"},
    {"ssh.disconnected", "ssh disconnected"},
    {"ssh.failed", "ssh login failed"},
    {"ssh.invalid_user", "ssh: no such user"},
    {"ssh.probe", "ssh probe"},
    {"ssh.refused", "ssh refused"},
    {"su.closed", "su ended"},
    {"su.failed", "su failed"},
    {"su.opened", "su"},
    {"sudo.command", "sudo"},
    {"sudo.failed", "sudo failed"},
}};

std::string lead_of(const std::string& kind) {
  for (const Lead& lead : kLeads) {
    if (lead.kind == kind) return std::string(lead.words);
  }
  return escape_for_terminal(kind);
}

// "alice", "no such user alice", "alice to root"
std::string who(const v1::AuthEvent& event) {
  std::string words = outside_text(event.user(), event.user_raw());
  if (event.invalid_user()) words = "no such user " + (words.empty() ? "(no name)" : words);
  const std::string target = outside_text(event.target_user(), event.target_user_raw());
  if (target.empty()) return words;
  return words.empty() ? target : words + " to " + target;
}

std::string where_from(const v1::AuthEvent& event) {
  std::string words = outside_text(event.source_address());
  const std::string host = outside_text(event.source_host());
  if (!host.empty()) words += words.empty() ? host : " (" + host + ")";
  if (words.empty()) return words;
  words = " from " + words;
  if (event.source_port() != 0) words += " port " + std::to_string(event.source_port());
  return words + behind_words(event.behind());
}

std::string how(const v1::AuthEvent& event) {
  std::string words;
  const auto add = [&words](const std::string& word) {
    if (!word.empty()) words += (words.empty() ? "" : " ") + word;
  };
  add(outside_text(event.method()));
  add(outside_text(event.key_type()));
  add(outside_text(event.key_fingerprint()));
  if (!event.key_name().empty()) add("(" + outside_text(event.key_name()) + ")");
  return words;
}

void add_clause(std::string& words, const std::string& clause) {
  if (!clause.empty()) words += ", " + clause;
}

std::string doubts(const v1::AuthEvent& event) {
  std::string words;
  switch (event.verified()) {
    case v1::AuthEvent::VERIFIED_UNVERIFIED: words = " [unverified]"; break;
    case v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE: words = " [unverified: from a file]"; break;
    default: break;
  }
  if (event.ambiguous()) words += " [ambiguous]";
  return words;
}

std::string forgery_words(const v1::AuthEvent& event) {
  std::string words = "forged line, claims " + outside_text(event.claimed_kind());
  if (event.has_uid()) words += "; written by uid " + std::to_string(event.uid());
  if (event.pid() != 0) words += ", pid " + std::to_string(event.pid());
  return words + ": " + outside_text(event.reason(), event.reason_raw());
}

}  // namespace

std::string auth_words(const std::string& kind, const v1::AuthEvent& event) {
  if (kind == "auth.forgery_attempt") return forgery_words(event);
  std::string words = lead_of(kind);
  const std::string person = who(event);
  if (!person.empty()) words += ": " + person;
  words += where_from(event);
  add_clause(words, how(event));
  if (!event.tty().empty()) add_clause(words, "on " + outside_text(event.tty()));
  if (!event.service().empty()) add_clause(words, "service " + outside_text(event.service()));
  const std::string command = outside_text(event.command(), event.command_raw());
  if (!command.empty()) words += ": " + command;
  add_clause(words, outside_text(event.reason(), event.reason_raw()));
  if (event.repeated() > 1) words += " (" + std::to_string(event.repeated()) + " times)";
  return words + doubts(event);
}

std::string auth_log_words(const v1::CollectorHealth& health) {
  if (!health.has_ok()) return blind_words(health, "read the auth log");
  std::string words = "read from";
  for (const std::string& source : health.ok().sources())
    words += " " + escape_for_terminal(source);
  const auto behind = health.ok().throttled_behind_ms();
  if (behind == 0) return words;
  const auto age = std::chrono::duration_cast<Seconds>(Milliseconds(behind));
  return words + "; throttled, " + client::rough_duration(age) + " behind";
}

std::string auth_log_counts(const v1::AuthLog& log) {
  return std::to_string(log.lines()) + (log.lines() == 1 ? " line: " : " lines: ") +
         std::to_string(log.events()) + (log.events() == 1 ? " event, " : " events, ") +
         std::to_string(log.unparsed()) + " not understood, " + std::to_string(log.ignored()) +
         " ignored";
}

}  // namespace picket::cli
