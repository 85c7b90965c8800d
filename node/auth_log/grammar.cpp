#include "node/auth_log/grammar.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "node/auth_log/key_text.h"
#include "node/auth_log/literal.h"
#include "node/auth_log/source_text.h"

namespace picket::node {
namespace {

uint32_t number(std::string_view digits) {
  uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void set_source(std::string_view text, Claim* claim) {
  const auto source = read_source(text);
  if (!source) return;
  claim->source_address = source->address;
  if (!source->host.empty()) claim->source_host = source->host;
}

void set_key(std::string_view text, Claim* claim) {
  const auto key = read_key(text);
  if (!key) return;
  claim->key_type = key->type;
  claim->key_fingerprint = key->fingerprint;
}

void set_host(std::string_view text, Claim* claim) {
  const auto source = read_source(text);
  if (source) claim->source_host = source->host;
}

void set(const Capture& capture, Claim* claim) {
  const std::string_view text = capture.text;
  switch (capture.field) {
    case Field::kUser: claim->user = text; break;
    case Field::kTargetUser: claim->target_user = text; break;
    case Field::kSource: set_source(text, claim); break;
    case Field::kHost: set_host(text, claim); break;
    case Field::kPort: claim->source_port = number(text); break;
    case Field::kMethod: claim->method = text; break;
    case Field::kKey: set_key(text, claim); break;
    case Field::kTty: claim->tty = text; break;
    case Field::kCommand: claim->command = text; break;
    case Field::kReason: claim->reason = text; break;
    case Field::kCaller: claim->caller = text; break;
    case Field::kCallerUid: claim->caller_uid = number(text); break;
    case Field::kTail: claim->tail = text; break;
    case Field::kSkip: break;
  }
}

// What is left of a claim whose line can be read in more than one way.
Claim ambiguous_claim(const Claim& claim) {
  Claim left;
  left.kind = claim.kind;
  left.writer = claim.writer;
  left.service = claim.service;
  left.ambiguous = true;
  return left;
}

bool finish(const Form& form, Claim* claim) {
  if (form.finish != nullptr && !form.finish(*claim)) return false;
  if (claim->reason.empty()) claim->reason = form.reason;
  // Who calls sudo stands before all that is his to choose.
  const bool all = form.program != FormProgram::kSudo;
  if (claim->ambiguous && all) *claim = ambiguous_claim(*claim);
  return true;
}

bool match_pattern(const Form& form, const Pattern& pattern, std::string_view message,
                   Captures* captures, Claim* claim) {
  const Pattern::Match match = pattern.match(message, captures);
  if (match == Pattern::Match::kNo) return false;
  const std::string_view service = claim->service;
  const uint32_t repeated = claim->repeated;
  claim->kind = form.kind;
  claim->ambiguous = match == Pattern::Match::kAmbiguous;
  if (!claim->ambiguous) {
    for (std::size_t i = 0; i < captures->count; ++i) set(captures->list[i], claim);
  }
  if (finish(form, claim)) return true;
  *claim = Claim();
  claim->service = service;
  claim->repeated = repeated;
  return false;
}

// "message repeated N times: [ MESSAGE]": rsyslog's, instead of the same line again.
uint32_t unwrap_repeated(std::string_view* message) {
  constexpr char kStart[] = "message repeated ";
  constexpr std::string_view kTimes = " times: [ ";
  if (!begins_with(*message, kStart) || !message->ends_with(']')) return 0;
  const std::string_view rest = message->substr(sizeof kStart - 1);
  const std::size_t digits = rest.find_first_not_of("0123456789");
  if (digits == 0 || digits > 9 || !rest.substr(digits).starts_with(kTimes)) return 0;
  *message = rest.substr(digits + kTimes.size());
  message->remove_suffix(1);
  return number(rest.substr(0, digits));
}

// "[ID 800047 auth.info] ": Solaris puts it before each message.
void drop_message_id(std::string_view* message) {
  if (!begins_with(*message, "[ID ")) return;
  const std::size_t end = message->find("] ");
  if (end < 40) message->remove_prefix(end + 2);
}

void drop_line_ends(std::string_view* message) {
  while (message->ends_with('\n') || message->ends_with('\r')) message->remove_suffix(1);
}

// Whether sshd calls what follows an error; its word for it is taken off.
bool drop_severity(std::string_view* message) {
  const bool severe = begins_with(*message, "error: ") || begins_with(*message, "fatal: ");
  if (severe) message->remove_prefix(std::strlen("error: "));
  return severe;
}

// Modules that only furnish a session have nothing to say of who comes in.
bool authenticates(std::string_view message) {
  for (const std::string_view module : {"pam_unix(", "pam_sss(", "pam_ldap(", "pam_winbind(",
                                        "pam_krb5(", "pam_faillock(", "pam_tally"}) {
    if (message.starts_with(module)) return true;
  }
  return false;
}

// The service of "pam_unix(sshd:auth): ", which is taken off; nothing if there is no such head.
std::optional<std::string_view> drop_pam_head(std::string_view* message) {
  if (!begins_with(*message, "pam_")) return std::nullopt;
  const std::string_view head = message->substr(0, 128);
  const std::size_t open = head.find('(');
  const std::size_t colon = head.find(':');
  const std::size_t close = head.find("): ");
  if (open == std::string_view::npos || close == std::string_view::npos || colon < open ||
      colon > close)
    return std::nullopt;
  if (head.substr(0, close).find(' ') != std::string_view::npos) return std::nullopt;
  message->remove_prefix(close + 3);
  return head.substr(open + 1, colon - open - 1);
}

}  // namespace

Grammar::Grammar() {
  add(sshd_authentication_forms());
  add(sshd_refusal_forms());
  add(sshd_connection_forms());
  add(sshd_quiet_forms());
  add(su_forms());
  add(sudo_forms());
  add(login_forms());
  add(accounts_forms());
  add(pam_forms());
}

void Grammar::add(std::span<const Form> forms) {
  for (const Form& form : forms) {
    const bool severity = form.pattern.starts_with('~');
    rows_.push_back(std::make_unique<Row>(
        Row{&form, Pattern::all_of(form.pattern.substr(severity ? 1 : 0)), severity}));
    const Row& row = *rows_.back();
    ByFirstByte& index = index_[static_cast<std::size_t>(form.program)];
    for (const Pattern& pattern : row.patterns) {
      const std::string_view prefix = pattern.prefix();
      const Entry entry{prefix, &pattern, &form, severity};
      for (std::size_t byte = 0; byte < index.size(); ++byte) {
        const bool fits = prefix.empty() || static_cast<unsigned char>(prefix[0]) == byte;
        if (fits) index[byte].push_back(entry);
      }
    }
  }
}

bool Grammar::match(FormProgram program, std::string_view message, bool severity,
                    Claim* claim) const {
  if (message.empty()) return false;
  const auto first = static_cast<unsigned char>(message[0]);
  Captures captures;
  for (const Entry& entry : index_[static_cast<std::size_t>(program)][first]) {
    if ((severity && !entry.severity) || !begins_with(message, entry.prefix)) continue;
    if (match_pattern(*entry.form, *entry.pattern, message, &captures, claim)) return true;
  }
  return false;
}

Grammar::Found Grammar::read(std::string_view process, std::string_view message,
                             Claim* claim) const {
  const Program program = program_of(process);
  if (program == Program::kOther && !begins_with(message, "pam_")) return Found::kNotOurs;
  claim->repeated = unwrap_repeated(&message);
  drop_message_id(&message);
  drop_line_ends(&message);
  bool severity = false;
  if (program == Program::kSshd) {
    constexpr char kBeforeAuthentication[] = " [preauth]";
    if (ends_with(message, kBeforeAuthentication))
      message.remove_suffix(sizeof kBeforeAuthentication - 1);
    severity = drop_severity(&message);
  }
  const std::string_view whole = message;
  std::string_view service = old_pam_service(process);
  bool pam = !service.empty();
  if (const auto told = drop_pam_head(&message)) {
    pam = true;
    service = *told;
  } else if (begins_with(message, "PAM ") && program != Program::kAccounts) {
    // A module that no longer knows which part of PAM it works for.
    std::string_view rest = message.substr(4);
    if (rest.find(" more authentication failure") < 12) {
      pam = true;
      service = process.starts_with("sshd") ? "sshd" : process;
      message = rest;
    }
  }
  bool found = false;
  if (pam) {
    claim->service = service;
    found = match(FormProgram::kPam, message, false, claim);
  } else if (program != Program::kOther) {
    if (program == Program::kSudo)
      message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
    // The programs are in the same order in both.
    const auto own = static_cast<FormProgram>(static_cast<std::size_t>(program) - 1);
    found = match(own, message, severity, claim);
  }
  if (!found) {
    const bool furnishes = whole.starts_with("pam_") && !authenticates(whole);
    return program == Program::kOther || furnishes ? Found::kNotOurs : Found::kUnknown;
  }
  if (claim->kind == Kind::kAccountChanged && claim->reason.empty()) claim->reason = whole;
  return Found::kClaim;
}

}  // namespace picket::node
