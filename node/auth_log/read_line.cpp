#include "node/auth_log/read_line.h"

#include <cstring>
#include <string>
#include <utility>

#include "common/limits.h"
#include "common/utf8.h"
#include "node/auth_log/attempt.h"
#include "node/auth_log/grammar.h"
#include "node/auth_log/trust.h"

namespace picket::node {
namespace {

bool is_ascii(std::string_view text) {
  uint64_t high = 0;
  for (; text.size() >= sizeof high; text.remove_prefix(sizeof high)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    high |= word;
  }
  for (const char c : text) high |= static_cast<uint64_t>(c & 0x80);
  return (high & 0x8080808080808080) == 0;
}

/// Setters of one text of the event, and of the exact bytes beside it.
struct Texts {
  v1::AuthEvent* auth;

  using Mutable = std::string* (v1::AuthEvent::*)();

  // An empty text costs nothing; one without anything to repair, nearly every one, just a copy.
  void put(std::string_view text, Mutable field, Mutable raw = nullptr) const {
    if (text.empty()) return;
    std::string* value = (auth->*field)();
    if (text.size() <= limits::kTextBytesMax && is_ascii(text)) {
      value->assign(text);
      return;
    }
    std::string exact;
    set_outside_text(text, value, &exact);
    if (raw != nullptr && !exact.empty()) *(auth->*raw)() = std::move(exact);
  }
};

std::string_view without_dev(std::string_view tty) {
  constexpr std::string_view kDev = "/dev/";
  if (tty.starts_with(kDev)) tty.remove_prefix(kDev.size());
  return tty == "none" || tty == "unknown" || tty == "ssh" ? std::string_view() : tty;
}

// What is so of each event, whoever has written the line.
void set_writer(const LogLine& line, v1::AuthEvent* auth) {
  const Texts texts{auth};
  texts.put(line.host, &v1::AuthEvent::mutable_host);
  texts.put(line.process, &v1::AuthEvent::mutable_process);
  auth->set_time_source(line.time_source);
  const bool attested = line.attested && line.attested->pid != 0;
  auth->set_pid(attested ? line.attested->pid : line.pid);
  auth->set_line(line.number);
}

void set_claim(const Claim& claim, v1::AuthEvent* auth) {
  using Event = v1::AuthEvent;
  const Texts texts{auth};
  texts.put(claim.user, &Event::mutable_user, &Event::mutable_user_raw);
  texts.put(claim.target_user, &Event::mutable_target_user, &Event::mutable_target_user_raw);
  texts.put(claim.command, &Event::mutable_command, &Event::mutable_command_raw);
  texts.put(claim.reason, &Event::mutable_reason, &Event::mutable_reason_raw);
  texts.put(claim.source_address, &Event::mutable_source_address);
  texts.put(claim.source_host, &Event::mutable_source_host);
  texts.put(claim.method, &Event::mutable_method);
  texts.put(claim.key_type, &Event::mutable_key_type);
  texts.put(claim.key_fingerprint, &Event::mutable_key_fingerprint);
  texts.put(without_dev(claim.tty), &Event::mutable_tty);
  texts.put(claim.service, &Event::mutable_service);
  auth->set_source_port(claim.source_port);
  auth->set_invalid_user(claim.invalid_user);
  auth->set_repeated(claim.repeated);
  auth->set_ambiguous(claim.ambiguous);
}

// Nothing that the forger would have us believe is told as if it were so.
void set_forgery(const Claim& claim, const LogLine& line, v1::Event* event) {
  using Event = v1::AuthEvent;
  event->set_kind("auth.forgery_attempt");
  v1::AuthEvent* auth = event->mutable_auth();
  auth->set_claimed_kind(std::string(name_of(claim.kind)));
  Texts{auth}.put(line.message, &Event::mutable_reason, &Event::mutable_reason_raw);
  if (line.attested->uid) auth->set_uid(*line.attested->uid);
}

}  // namespace

struct LineReader::Parts {
  Grammar grammar;
  Trust trust;
};

LineReader::LineReader(UidOf uid_of)
    : parts_(std::make_unique<Parts>(Parts{Grammar(), Trust(std::move(uid_of))})) {}

LineReader::~LineReader() = default;

Reading LineReader::read(const LogLine& line) {
  Reading reading;
  Claim claim;
  const Grammar::Found found = parts_->grammar.read(line.process, line.message, &claim);
  if (found == Grammar::Found::kUnknown) reading.verdict = Reading::Verdict::kUnparsed;
  if (found != Grammar::Found::kClaim || claim.kind == Kind::kNothing) return reading;
  reading.verdict = Reading::Verdict::kEvent;
  v1::AuthEvent* auth = reading.event.mutable_auth();
  set_writer(line, auth);
  auth->set_verified(parts_->trust.judge(claim, line));
  if (auth->verified() == v1::AuthEvent::VERIFIED_FORGED) {
    set_forgery(claim, line, &reading.event);
    return reading;
  }
  reading.event.set_kind(std::string(name_of(claim.kind)));
  auth->set_attempt(attempt_of(line));
  set_claim(claim, auth);
  return reading;
}

}  // namespace picket::node
