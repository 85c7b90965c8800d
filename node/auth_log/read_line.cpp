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

using Event = v1::AuthEvent;

bool is_plain(const LogLine& line) {
  return is_plain(line.message) && is_plain(line.process) && is_plain(line.host);
}

/// Setters of one text of the event, and of the exact bytes beside it. All texts are parts of the
/// line, or our own; nearly every line has nothing to repair (`plain`), and then they are copies.
class Texts {
 public:
  Texts(Event* auth, bool plain) : auth_(auth), plain_(plain) {}

  // An empty text clears what the event before has left there, and costs nothing if that is none.
  template <auto value_of, auto value_in>
  void put(std::string_view text) const {
    if (text.empty() && (auth_->*value_of)().empty()) return;
    std::string* value = (auth_->*value_in)();
    if (plain_) {
      value->assign(text);
    } else {
      set_outside_text(text, value, nullptr);
    }
  }

  template <auto value_of, auto value_in, auto raw_in>
  void put(std::string_view text) const {
    if (plain_) return put<value_of, value_in>(text);
    std::string exact;
    set_outside_text(text, (auth_->*value_in)(), &exact);
    if (!exact.empty()) *(auth_->*raw_in)() = std::move(exact);
  }

 private:
  Event* auth_;
  bool plain_;
};

std::string_view without_dev(std::string_view tty) {
  constexpr std::string_view kDev = "/dev/";
  if (tty.starts_with(kDev)) tty.remove_prefix(kDev.size());
  return tty == "none" || tty == "unknown" || tty == "ssh" ? std::string_view() : tty;
}

// What is so of each event, whoever has written the line.
void set_writer(const LogLine& line, const Texts& texts, Event* auth) {
  texts.put<&Event::host, &Event::mutable_host>(line.host);
  texts.put<&Event::process, &Event::mutable_process>(line.process);
  auth->set_time_source(line.time_source);
  const bool attested = line.attested && line.attested->pid != 0;
  auth->set_pid(attested ? line.attested->pid : line.pid);
  auth->set_line(line.number);
}

void set_claim(const Claim& claim, const Texts& texts, Event* auth) {
  texts.put<&Event::user, &Event::mutable_user, &Event::mutable_user_raw>(claim.user);
  texts.put<&Event::target_user, &Event::mutable_target_user, &Event::mutable_target_user_raw>(
      claim.target_user);
  texts.put<&Event::command, &Event::mutable_command, &Event::mutable_command_raw>(claim.command);
  texts.put<&Event::reason, &Event::mutable_reason, &Event::mutable_reason_raw>(claim.reason);
  texts.put<&Event::source_address, &Event::mutable_source_address>(claim.source_address);
  texts.put<&Event::source_host, &Event::mutable_source_host>(claim.source_host);
  texts.put<&Event::method, &Event::mutable_method>(claim.method);
  texts.put<&Event::key_type, &Event::mutable_key_type>(claim.key_type);
  texts.put<&Event::key_fingerprint, &Event::mutable_key_fingerprint>(claim.key_fingerprint);
  texts.put<&Event::tty, &Event::mutable_tty>(without_dev(claim.tty));
  texts.put<&Event::service, &Event::mutable_service>(claim.service);
  auth->set_source_port(claim.source_port);
  auth->set_invalid_user(claim.invalid_user);
  auth->set_repeated(claim.repeated);
  auth->set_ambiguous(claim.ambiguous);
}

// Nothing that the forger would have us believe is told as if it were so.
void set_forgery(const Claim& claim, const LogLine& line, const Texts& texts, Event* auth) {
  auth->mutable_claimed_kind()->assign(name_of(claim.kind));
  texts.put<&Event::reason, &Event::mutable_reason, &Event::mutable_reason_raw>(line.message);
  if (line.attested->uid) auth->set_uid(*line.attested->uid);
}

// It never changes and takes long to make: all readers have the same.
const Grammar& shared_grammar() {
  static const Grammar grammar;
  return grammar;
}

}  // namespace

struct LineReader::Parts {
  const Grammar& grammar;
  Trust trust;
};

LineReader::LineReader(UidOf uid_of)
    : parts_(std::make_unique<Parts>(Parts{shared_grammar(), Trust(std::move(uid_of))})) {}

LineReader::~LineReader() = default;

const Reading& LineReader::read(const LogLine& line) {
  Claim claim;
  const Grammar::Found found = parts_->grammar.read(line.process, line.message, &claim);
  reading_.verdict =
      found == Grammar::Found::kUnknown ? Reading::Verdict::kUnparsed : Reading::Verdict::kIgnored;
  if (found == Grammar::Found::kClaim && claim.kind != Kind::kNothing) tell(claim, line);
  return reading_;
}

// What set_writer(), set_attempt() and set_claim() set, they set anew for each event; only what
// else an event may have, a forgery or one with exact bytes, has to be cleared before the next.
// Clear() of the event around it would give the memory of its texts back.
void LineReader::tell(const Claim& claim, const LogLine& line) {
  reading_.verdict = Reading::Verdict::kEvent;
  std::string* kind = reading_.event.mutable_kind();
  Event* auth = reading_.event.mutable_auth();
  const Trust::Verified verified = parts_->trust.judge(claim, line);
  const bool forged = verified == Event::VERIFIED_FORGED;
  const bool plain = is_plain(line);
  const bool ordinary = plain && !forged;
  if (!std::exchange(ordinary_, ordinary) || !ordinary) auth->Clear();
  const Texts texts(auth, plain);
  set_writer(line, texts, auth);
  auth->set_verified(verified);
  if (forged) {
    kind->assign("auth.forgery_attempt");
    return set_forgery(claim, line, texts, auth);
  }
  kind->assign(name_of(claim.kind));
  set_attempt(line, auth->mutable_attempt());
  set_claim(claim, texts, auth);
}

}  // namespace picket::node
