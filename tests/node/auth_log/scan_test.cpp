#include "node/auth_log/scan.h"

#include "common/rfc3339.h"
#include "node/auth_log/scan_file.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/local_zone.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using Texts = std::vector<std::string>;

WallTime at(std::string_view text) { return parse_rfc3339(text).value(); }

// A grammar of three words.
Reading read_line(const LogLine& line) {
  Reading reading;
  if (line.message == "noise") return reading;
  reading.verdict = Reading::Verdict::kUnparsed;
  if (!line.message.starts_with("failed ")) return reading;
  reading.verdict = Reading::Verdict::kEvent;
  reading.event.set_kind("ssh.failed");
  v1::AuthEvent& event = *reading.event.mutable_auth();
  event.set_user(std::string(line.message.substr(7)));
  event.set_time_source(line.time_source);
  event.set_source_port(22);
  event.set_verified(v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE);
  return reading;
}

struct Found {
  Texts lines;
  std::string summary;
};

Found scan(const std::string& path, Scan::Format format, std::optional<WallTime> since = {}) {
  const test::LocalZone zone("UTC");
  Found found;
  Scan scan(read_line, format, [&](const std::string& line) { found.lines.push_back(line); });
  auto bytes = LogBytes::open(path);
  REQUIRE(bytes);
  const Status status = scan_file(*std::move(bytes), since, at("2026-11-21T00:00:00Z"), scan);
  found.summary = status ? scan.summary() : status.error();
  return found;
}

constexpr char kLog[] =
    "Nov 20 23:08:49 web1 sshd[1]: noise\n"
    "Nov 20 23:08:50 web1 sshd[1]: failed b\x1b[2J\xc3\xbc\n"
    "no log\n"
    "Nov 20 23:08:51 web1 sshd[1]: what\n"
    "Nov 20 23:08:52 web1 sshd[1]: failed last";

}  // namespace

TEST_CASE("scan prints events, in JSON or for people, and counts all lines") {
  const test::TemporaryFolder folder;
  test::write(folder / "log", kLog);
  const Found json = scan(folder / "log", Scan::Format::kJson);
  CHECK(json.lines ==
        Texts{R"({"kind":"ssh.failed","time":"2026-11-20T23:08:50.000000000Z",)"
              R"("time_source":"stamp_without_year","user":"b\u001b[2J\u00fc","source_port":22,)"
              R"("verified":"unverified_source","line":2})",
              R"({"kind":"ssh.failed","time":"2026-11-20T23:08:52.000000000Z",)"
              R"("time_source":"stamp_without_year","user":"last","source_port":22,)"
              R"("verified":"unverified_source","line":5})"});
  CHECK(json.summary == R"({"summary":{"lines":5,"events":2,"unparsed":2,"ignored":1}})");
  const Found text = scan(folder / "log", Scan::Format::kText);
  CHECK(text.lines.at(0) ==
        "2026-11-20 23:08:50  ssh.failed  user=\"b\\x1b[2J\xc3\xbc\" source_port=22 "
        "verified=unverified_source line=2");
  CHECK(text.summary == json.summary);
}

TEST_CASE("a compressed file is scanned like a plain one, and one that is cut short says so") {
  const test::TemporaryFolder folder;
  test::write(folder / "log", kLog);
  REQUIRE(test::run({"gzip", folder / "log"}).status == 0);
  CHECK(scan(folder / "log.gz", Scan::Format::kJson).lines.size() == 2);
  const std::string packed = test::read(folder / "log.gz");
  test::write(folder / "log.gz", packed.substr(0, packed.size() - 12));
  CHECK(scan(folder / "log.gz", Scan::Format::kJson).summary == "damaged or cut short");
}

TEST_CASE("what is older than --since is neither told nor counted, but keeps its number") {
  const test::TemporaryFolder folder;
  test::write(folder / "log", kLog);
  const Found found = scan(folder / "log", Scan::Format::kJson, at("2026-11-20T23:08:51Z"));
  REQUIRE(found.lines.size() == 1);
  CHECK(found.lines[0].ends_with("\"line\":5}"));
  CHECK(found.summary == R"({"summary":{"lines":2,"events":1,"unparsed":1,"ignored":0}})");
}

TEST_CASE("an empty file is no error") {
  const test::TemporaryFolder folder;
  test::write(folder / "log", "");
  CHECK(scan(folder / "log", Scan::Format::kJson).summary ==
        R"({"summary":{"lines":0,"events":0,"unparsed":0,"ignored":0}})");
}

}  // namespace picket::node
