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

uint64_t word_at(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Eight bytes at a time, the last eight perhaps for the second time.
bool is_ascii(std::string_view text) {
  constexpr std::size_t kWord = sizeof(uint64_t);
  uint64_t high = 0;
  if (text.size() < kWord) {
    for (const char c : text) high |= static_cast<uint64_t>(c & 0x80);
    return high == 0;
  }
  for (std::size_t at = 0; at + kWord < text.size(); at += kWord) high |= word_at(&text[at]);
  high |= word_at(&text[text.size() - kWord]);
  return (high & 0x8080808080808080) == 0;
}

bool is_plain(std::string_view text) {
  return text.size() <= limits::kTextBytesMax && is_ascii(text);
}

/// Setters of one text of the event, and of the exact bytes beside it. All texts are parts of the
/// line, or our own.
class Texts {
 public:
  using Mutable = std::string* (v1::AuthEvent::*)();

  Texts(v1::AuthEvent* auth, const LogLine& line)
      : auth_(auth),
        all_plain_(is_plain(line.message) && is_plain(line.process) && is_plain(line.host)) {}

  // An empty text costs nothing; one without anything to repair, nearly every one, just a copy.
  void put(std::string_view text, Mutable field, Mutable raw = nullptr) const {
    if (text.empty()) return;
    std::string* value = (auth_->*field)();
    if (all_plain_) {
      value->assign(text);
      return;
    }
    std::string exact;
    set_outside_text(text, value, &exact);
    if (raw != nullptr && !exact.empty()) *(auth_->*raw)() = std::move(exact);
  }

 private:
  v1::AuthEvent* auth_;
  bool all_plain_;
};

std::string_view without_dev(std::string_view tty) {
  constexpr std::string_view kDev = "/dev/";
  if (tty.starts_with(kDev)) tty.remove_prefix(kDev.size());
  return tty == "none" || tty == "unknown" || tty == "ssh" ? std::string_view() : tty;
}

// What is so of each event, whoever has written the line.
void set_writer(const LogLine& line, const Texts& texts, v1::AuthEvent* auth) {
  texts.put(line.host, &v1::AuthEvent::mutable_host);
  texts.put(line.process, &v1::AuthEvent::mutable_process);
  auth->set_time_source(line.time_source);
  const bool attested = line.attested && line.attested->pid != 0;
  auth->set_pid(attested ? line.attested->pid : line.pid);
  auth->set_line(line.number);
}

void set_claim(const Claim& claim, const Texts& texts, v1::AuthEvent* auth) {
  using Event = v1::AuthEvent;
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
void set_forgery(const Claim& claim, const LogLine& line, const Texts& texts, v1::AuthEvent* auth) {
  using Event = v1::AuthEvent;
  auth->mutable_claimed_kind()->assign(name_of(claim.kind));
  texts.put(line.message, &Event::mutable_reason, &Event::mutable_reason_raw);
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

const Reading& LineReader::read(const LogLine& line) {
  Claim claim;
  const Grammar::Found found = parts_->grammar.read(line.process, line.message, &claim);
  reading_.verdict =
      found == Grammar::Found::kUnknown ? Reading::Verdict::kUnparsed : Reading::Verdict::kIgnored;
  if (found == Grammar::Found::kClaim && claim.kind != Kind::kNothing) tell(claim, line);
  return reading_;
}

// Clear() of the event itself would give the memory of its texts back.
void LineReader::tell(const Claim& claim, const LogLine& line) {
  reading_.verdict = Reading::Verdict::kEvent;
  std::string* kind = reading_.event.mutable_kind();
  v1::AuthEvent* auth = reading_.event.mutable_auth();
  auth->Clear();
  const Texts texts(auth, line);
  set_writer(line, texts, auth);
  auth->set_verified(parts_->trust.judge(claim, line));
  if (auth->verified() == v1::AuthEvent::VERIFIED_FORGED) {
    kind->assign("auth.forgery_attempt");
    return set_forgery(claim, line, texts, auth);
  }
  kind->assign(name_of(claim.kind));
  set_attempt(line, auth->mutable_attempt());
  set_claim(claim, texts, auth);
}

}  // namespace picket::node
