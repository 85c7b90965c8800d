// Lines of an auth log, with and without what the kernel attests of their writers, as the agent
// reads them: what comes out is never more than may be believed, and the hub takes it.
//
// An input is lines that end in RS (0x1e), each "PROCESS PID UID EXE MESSAGE" by tabs; without a
// UID nothing is attested.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "common/address.h"
#include "common/auth_json.h"
#include "common/limits.h"
#include "hub/core/log_intake.h"
#include "node/auth_log/program.h"
#include "node/auth_log/read_line.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"

namespace picket::fuzz {
namespace {

using node::LogLine;
using node::Program;
using node::program_of;
using node::Reading;

std::optional<uint32_t> number_of(std::string_view digits) {
  uint32_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

LogLine line_of(std::string_view record) {
  Input fields(reinterpret_cast<const uint8_t*>(record.data()), record.size());
  LogLine line;
  line.host = "web1";
  line.process = fields.until('\t');
  line.pid = number_of(fields.until('\t')).value_or(0);
  const std::string_view uid = fields.until('\t');
  const std::string_view exe = fields.until('\t');
  line.message = fields.rest();
  if (!uid.empty()) {
    line.attested = node::Attested{number_of(uid), line.pid, exe, "0123456789abcdef"};
  }
  return line;
}

std::optional<uint32_t> uid_of(std::string_view user) {
  if (user == "root") return 0;
  if (user == "alice") return 1001;
  if (user == "bob") return 1002;
  return std::nullopt;
}

// Some programs pad the numbers of an IPv4 address.
std::string without_padding(const std::string& address) {
  std::string plain;
  bool leads = true;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const bool digit_follows =
        i + 1 < address.size() && address[i + 1] >= '0' && address[i + 1] <= '9';
    if (leads && address[i] == '0' && digit_follows) continue;
    plain += address[i];
    leads = address[i] == '.';
  }
  return plain;
}

void check_address(const v1::AuthEvent& auth) {
  const std::string& address = auth.source_address();
  const bool padded = address.find(':') == std::string::npos;
  expect(address.empty() || is_ip_address(padded ? without_padding(address) : address),
         "an address is one");
  expect(auth.source_port() <= 65535, "a port is one");
}

// The table of trust, as far as it can be said without knowing what the line says.
void check_trust(const LogLine& line, const v1::Event& event) {
  const auto& auth = event.auth();
  const auto verified = auth.verified();
  const bool forged = verified == v1::AuthEvent::VERIFIED_FORGED;
  expect((verified == v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE) == !line.attested,
         "what nothing attests is unverified as a whole, and only that");
  expect(forged == (event.kind() == "auth.forgery_attempt"), "a forgery is told as one");
  if (forged) {
    expect(auth.user().empty() && auth.target_user().empty() && auth.source_address().empty() &&
               auth.command().empty() && auth.service().empty(),
           "what a forger claims is not told as if it were so");
  }
  if (verified != v1::AuthEvent::VERIFIED_YES) return;
  expect(line.attested->uid.has_value(), "nobody is believed whom the kernel doesn't name");
  if (line.attested->uid == 0U) return;
  expect(
      program_of(line.process) != Program::kLogin && program_of(line.process) != Program::kLogind,
      "login and logind write as root");
  if (program_of(line.process) != Program::kSshd) return;
  expect(event.kind() == "ssh.disconnected" && uid_of(auth.user()) == line.attested->uid,
         "what is left of sshd in a session may only say that its own user has gone");
}

void check(const LogLine& line, const Reading& reading) {
  if (reading.verdict != Reading::Verdict::kEvent) return;
  const auto& event = reading.event;
  const auto& auth = event.auth();
  expect(hub::is_log_event(event), "the hub knows each kind that the agent tells");
  const std::string bytes = event.SerializeAsString();
  v1::Event again;
  expect(again.ParseFromString(bytes), "each event can be read back: its texts are UTF-8");
  expect(bytes.size() <= limits::kLogEventBytesMax, "no event is too large for the hub");
  for (const auto* text :
       {&auth.user(), &auth.user_raw(), &auth.target_user(), &auth.target_user_raw(),
        &auth.command(), &auth.command_raw(), &auth.reason(), &auth.reason_raw(), &auth.process(),
        &auth.source_host(), &auth.method(), &auth.key_type(), &auth.key_fingerprint(), &auth.tty(),
        &auth.service()}) {
    expect(text->size() <= limits::kTextBytesMax, "each text is short");
  }
  expect(auth.attempt().empty() ||
             (auth.attempt().size() == 16 &&
              auth.attempt().find_first_not_of("0123456789abcdef") == std::string::npos),
         "an attempt is sixteen digits");
  check_address(auth);
  check_trust(line, event);
  expect_safe_for_terminal(json::auth_words(auth));
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  static const auto* const kUidOf = new picket::node::UidOf(uid_of);
  // Its table takes longer to make than many lines to read; what it remembers is bounded.
  static auto* const reader = new picket::node::LineReader(*kUidOf);
  Input input(data, size);
  while (!input.empty()) {
    const auto line = line_of(input.until('\x1e'));
    check(line, reader->read(line));
  }
  return 0;
}
