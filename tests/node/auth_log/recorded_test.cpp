#include <cstdint>
#include <string>

#include "tests/node/auth_log/fixture_lines.h"
#include "tests/node/auth_log/lines.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

namespace picket::node {
namespace {

void add(const char* name, const std::string& value, std::string* text) {
  if (!value.empty()) *text += std::string(" ") + name + "=[" + value + "]";
}

void add(const char* name, uint32_t value, std::string* text) {
  if (value != 0) add(name, std::to_string(value), text);
}

std::string described(const v1::Event& event) {
  const v1::AuthEvent& auth = event.auth();
  std::string text = std::to_string(auth.line()) + " " + event.kind();
  add("user", auth.user(), &text);
  if (auth.invalid_user()) text += " invalid_user";
  add("target_user", auth.target_user(), &text);
  add("source_address", auth.source_address(), &text);
  add("source_host", auth.source_host(), &text);
  add("source_port", auth.source_port(), &text);
  add("method", auth.method(), &text);
  add("key_type", auth.key_type(), &text);
  add("key_fingerprint", auth.key_fingerprint(), &text);
  add("tty", auth.tty(), &text);
  add("service", auth.service(), &text);
  add("command", auth.command(), &text);
  add("reason", auth.reason(), &text);
  add("repeated", auth.repeated(), &text);
  if (auth.ambiguous()) text += " ambiguous";
  return text + "\n";
}

// The users of the recorded hosts.
std::optional<uint32_t> uid_of(std::string_view user) {
  if (user == "carol" || user == "caroline") return 1003;
  return test::uid_of(user);
}

}  // namespace

TEST_CASE("real lines mean what a person has read in them") {
  for (const std::string release : {"bookworm", "trixie"}) {
    LineReader reader(uid_of);
    std::string events;
    std::string unparsed;
    for (const test::FixtureLine& line : test::fixture_lines(release)) {
      const Reading reading = reader.read(line.from_file());
      if (reading.verdict == Reading::Verdict::kEvent) events += described(reading.event);
      if (reading.verdict == Reading::Verdict::kUnparsed) unparsed += line.text + "\n";
    }
    const std::string path = "tests/fixtures/auth_log/" + release;
    CHECK(events == picket::test::golden(path + ".events", events));
    CHECK(unparsed == picket::test::golden(path + ".unparsed", unparsed));
  }
}

TEST_CASE("no real line is taken for a forgery") {
  for (const std::string release : {"bookworm", "trixie"}) {
    LineReader reader(uid_of);
    for (const test::FixtureLine& line : test::fixture_lines(release)) {
      INFO(line.text);
      INFO(line.uid << " " << line.exe);
      const Reading reading = reader.read(line.from_journal());
      CHECK(reading.event.auth().verified() != v1::AuthEvent::VERIFIED_FORGED);
    }
  }
}

}  // namespace picket::node
