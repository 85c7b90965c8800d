#include "client/words/auth_words.h"

#include <cstdint>
#include <string_view>

#include "client/lib/time_text.h"
#include "client/words/words.h"
#include "common/auth_kinds.h"
#include "common/clock.h"
#include "common/text.h"

namespace picket::words {
namespace {

std::string_view lead_of(AuthKind kind) {
  switch (kind) {
    case AuthKind::kNothing: return "";
    case AuthKind::kAccountChanged: return "account changed";
    case AuthKind::kForgeryAttempt: return "forged line";
    case AuthKind::kLoginFailed: return "login failed";
    case AuthKind::kLoginOpened: return "login";
    case AuthKind::kPamClosed: return "session closed";
    case AuthKind::kPamOpened: return "session opened";
    case AuthKind::kSshAccepted: return "ssh login";
    case AuthKind::kSshClosed: return "ssh closed";
    case AuthKind::kSshDisconnected: return "ssh disconnected";
    case AuthKind::kSshFailed: return "ssh login failed";
    case AuthKind::kSshInvalidUser: return "ssh: no such user";
    case AuthKind::kSshProbe: return "ssh probe";
    case AuthKind::kSshRefused: return "ssh refused";
    case AuthKind::kSuClosed: return "su ended";
    case AuthKind::kSuFailed: return "su failed";
    case AuthKind::kSuOpened: return "su";
    case AuthKind::kSudoCommand: return "sudo";
    case AuthKind::kSudoFailed: return "sudo failed";
  }
  return "";
}

// A newer hub's kinds speak for themselves.
std::string lead_of(const std::string& kind) {
  const auto known = auth_kind_of(kind);
  return known ? std::string(lead_of(*known)) : escape_for_terminal(kind);
}

// "alice", "no such user alice", "alice to root", "alice (key of alice's laptop)"; whose key it was
// stands early, where a notification still shows it.
std::string who(const std::string& kind, const v1::AuthEvent& event) {
  std::string words = outside_text(event.user(), event.user_raw());
  if (event.invalid_user() && auth_kind_of(kind) != AuthKind::kSshInvalidUser)
    words = "no such user " + (words.empty() ? "(no name)" : words);
  const std::string target = outside_text(event.target_user(), event.target_user_raw());
  if (!target.empty()) words += (words.empty() ? "" : " to ") + target;
  if (!event.key_name().empty()) words += " (key of " + outside_text(event.key_name()) + ")";
  return words;
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
  std::string words(lead_of(AuthKind::kForgeryAttempt));
  words += ", claims " + outside_text(event.claimed_kind());
  if (event.has_uid()) words += "; written by uid " + std::to_string(event.uid());
  if (event.pid() != 0) words += ", pid " + std::to_string(event.pid());
  return words + ": " + outside_text(event.reason(), event.reason_raw());
}

}  // namespace

std::string auth_words(const std::string& kind, const v1::AuthEvent& event) {
  if (auth_kind_of(kind) == AuthKind::kForgeryAttempt) return forgery_words(event);
  std::string words = lead_of(kind);
  const std::string person = who(kind, event);
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

}  // namespace picket::words
