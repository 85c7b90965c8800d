// Readings are told in one memory: nothing of one line's event may be in the next one's.
#include "node/auth_log/read_line.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/node/auth_log/fixture_lines.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

std::optional<uint32_t> uid_of(std::string_view) { return 1001; }

// Each recorded line as journald and as a file have it, as a forger writes it, and with bytes that
// are not UTF-8 in it; so that each kind of event comes before each other one.
std::vector<test::FixtureLine> texts() {
  std::vector<test::FixtureLine> all;
  for (const test::FixtureLine& text : test::fixture_lines("bookworm")) {
    all.push_back(text);
    test::FixtureLine forged = text;
    forged.uid = 4242;
    forged.exe = "/home/mallory/sshd";
    all.push_back(forged);
    test::FixtureLine repaired = text;
    repaired.host = "web\xFF";
    repaired.message = text.message + "\xFF";
    all.push_back(repaired);
  }
  return all;
}

struct Seen {
  int forged = 0;
  int repaired = 0;
  int ordinary = 0;
};

void check(LineReader& reader, const LogLine& line, Seen& seen) {
  LineReader fresh(uid_of);
  const Reading& reading = reader.read(line);
  const Reading& expected = fresh.read(line);
  REQUIRE(reading.verdict == expected.verdict);
  // Of su's sessions it remembers more than the line says.
  const bool remembers = expected.event.kind() == "su.closed";
  if (reading.verdict != Reading::Verdict::kEvent || remembers) return;
  const v1::AuthEvent& auth = expected.event.auth();
  const bool exact =
      !(auth.user_raw() + auth.command_raw() + auth.reason_raw() + auth.target_user_raw()).empty();
  ++(auth.has_uid() ? seen.forged : exact ? seen.repaired : seen.ordinary);
  INFO(line.message);
  CHECK(reading.event.SerializeAsString() == expected.event.SerializeAsString());
}

TEST_CASE("an event has nothing of the one before it", "[auth_log]") {
  LineReader reader(uid_of);
  Seen seen;
  const auto all = texts();
  // Neighbours first, then some that lie apart.
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{31}}) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const test::FixtureLine& text = all[i * step % all.size()];
      check(reader, i % 5 == 0 ? text.from_file() : text.from_journal(), seen);
    }
  }
  CHECK(seen.forged > 100);
  CHECK(seen.repaired > 10);
  CHECK(seen.ordinary > 100);
}

}  // namespace
}  // namespace picket::node
