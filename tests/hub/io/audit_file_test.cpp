#include "hub/io/audit_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "common/audit_verify.h"
#include "common/limits.h"
#include "hub/io/audit_line.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

struct Rig {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/audit.jsonl";
  test::ManualClock clock{from_unix_ns(1'800'000'000'123'456'789)};

  AuditFile open() {
    auto opened = AuditFile::open(path, clock);
    REQUIRE(opened);
    return *std::move(opened);
  }
  std::string verify_error() const {
    const auto verified = verify_audit_log(path);
    REQUIRE_FALSE(verified);
    return verified.error();
  }
};

AuditRecord revoke(const std::string& node) {
  return {"uid 1000", "node.revoke", node, true, "done", {{"since", "a \"day\""}, {"n", "2"}}};
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : test::read(path)) {
    if (c != '\n') {
      line.push_back(c);
      continue;
    }
    lines.push_back(std::exchange(line, {}));
  }
  return lines;
}

void write_lines(const std::string& path, const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  test::write(path, text);
}

}  // namespace

TEST_CASE("a record is one line of JSON, chained to the one before") {
  Rig rig;
  auto audit = rig.open();
  CHECK(audit.record(revoke("web1")));
  CHECK(audit.record({"join 192.0.2.7", "node.join", "", false, "no\nsuch token", {}}));
  CHECK(test::mode_of(rig.path) == 0600);
  const auto lines = lines_of(rig.path);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find(R"({"time":"2027-01-15T08:00:00.123456789Z","seq":1,"actor":"uid 1000",)"
                      R"("action":"node.revoke","object":"web1","allowed":true,"outcome":"done",)"
                      R"("details":{"since":"a \"day\"","n":"2"},"previous":"000000)") == 0);
  CHECK(
      lines[1].find(R"("allowed":false,"outcome":"no\u000asuch token","details":{},"previous":")" +
                    to_hex(sha256(lines[0])) + "\"") != std::string::npos);
  const auto verified = verify_audit_log(rig.path);
  REQUIRE(verified);
  CHECK(verified->records == 2);
  CHECK(verified->last_hash == to_hex(sha256(lines[1])));
}

TEST_CASE("the chain can be followed with sha256sum, and each line read by a JSON parser") {
  Rig rig;
  auto audit = rig.open();
  CHECK(audit.record(revoke("\x1b[2J\xff\"\\")));
  CHECK(audit.record(revoke("web1")));
  const auto sum = test::run({"sh", "-c", "head -n 1 \"$0\" | tr -d '\\n' | sha256sum", rig.path});
  CHECK(lines_of(rig.path)[1].find(sum.output.substr(0, 64)) != std::string::npos);
  const auto parsed = test::run(
      {"python3", "-c",
       "import json,sys\nfor l in open(sys.argv[1]): print(ascii(json.loads(l)['object']))",
       rig.path});
  CHECK(parsed.output == "'\\x1b[2J\\ufffd\"\\\\'\n'web1'\n");
}

TEST_CASE("the chain goes on after a restart") {
  Rig rig;
  for (int run = 0; run < 3; ++run) {
    auto audit = rig.open();
    CHECK(audit.set_aside().empty());
    CHECK(audit.record(revoke("web1")));
    CHECK(audit.record(revoke("web2")));
  }
  const auto verified = verify_audit_log(rig.path);
  REQUIRE(verified);
  CHECK(verified->records == 6);
}

TEST_CASE("a changed, removed, added or moved line is found and named") {
  Rig rig;
  auto audit = rig.open();
  for (int i = 1; i <= 5; ++i) CHECK(audit.record(revoke("web" + std::to_string(i))));
  const auto good = lines_of(rig.path);

  auto lines = good;
  lines[2].replace(lines[2].find("web3"), 4, "web9");
  write_lines(rig.path, lines);
  CHECK(rig.verify_error() == rig.path + ", line 3: changed, or not a record");

  lines = good;
  lines.erase(lines.begin() + 1);
  write_lines(rig.path, lines);
  CHECK(rig.verify_error() == rig.path +
                                  ", line 2: does not follow from the one before: records were "
                                  "changed, removed or added");
  lines = good;
  lines.erase(lines.begin());
  write_lines(rig.path, lines);
  CHECK(rig.verify_error().find("line 1: does not follow") != std::string::npos);

  lines = good;
  std::swap(lines[3], lines[4]);
  write_lines(rig.path, lines);
  CHECK(rig.verify_error().find("line 4: does not follow") != std::string::npos);

  lines = good;
  lines.insert(lines.begin() + 2, lines[1]);
  write_lines(rig.path, lines);
  CHECK(rig.verify_error().find("line 3: does not follow") != std::string::npos);

  // A line forged with a right hash of its own breaks the chain at the next one.
  lines = good;
  lines[2] = format_audit_line(revoke("web9"), rig.clock.wall(), 3, sha256(lines[1]));
  write_lines(rig.path, lines);
  CHECK(rig.verify_error().find("line 4: does not follow") != std::string::npos);

  write_lines(rig.path, good);
  CHECK(verify_audit_log(rig.path));
}

TEST_CASE("a change of any byte of a line is found") {
  Rig rig;
  const std::string line = format_audit_line(revoke("web1"), rig.clock.wall(), 1, Sha256{});
  REQUIRE(parse_audit_line(line));
  for (std::size_t i = 0; i < line.size(); ++i) {
    auto changed = line;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    REQUIRE_FALSE(parse_audit_line(changed));
  }
  for (std::size_t size = 0; size < line.size(); ++size) {
    REQUIRE_FALSE(parse_audit_line(line.substr(0, size)));
  }
}

TEST_CASE("a line torn by a crash anywhere is set aside and said, and the chain goes on") {
  Rig rig;
  {
    auto audit = rig.open();
    CHECK(audit.record(revoke("web1")));
    CHECK(audit.record(revoke("web2")));
  }
  const std::string whole = test::read(rig.path);
  const std::size_t second = whole.find('\n') + 1;
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{40}, second - 1, second + 1, whole.size() - 1}) {
    unlink((rig.path + ".torn").c_str());
    test::write(rig.path, whole.substr(0, size));
    const std::size_t kept = size >= second ? second : 0;
    {
      auto audit = rig.open();
      CHECK(audit.set_aside() ==
            "the last " + std::to_string(size - kept) + " bytes of " + rig.path +
                " were not a whole line (a crash) and were moved to " + rig.path + ".torn");
      CHECK(audit.record(revoke("web3")));
    }
    CHECK(test::read(rig.path + ".torn") == whole.substr(kept, size - kept) + "\n");
    CHECK(test::mode_of(rig.path + ".torn") == 0600);
    CHECK(verify_audit_log(rig.path));
  }
}

TEST_CASE("a file whose last line was changed is refused, not continued") {
  Rig rig;
  CHECK(rig.open().record(revoke("web1")));
  auto text = test::read(rig.path);
  text.replace(text.find("web1"), 4, "web2");
  test::write(rig.path, text);
  const auto opened = AuditFile::open(rig.path, rig.clock);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().find("the last line of " + rig.path) == 0);
  CHECK(test::read(rig.path) == text);
}

TEST_CASE("what can't be written is refused and leaves no half line") {
  Rig rig;
  auto audit = rig.open();
  CHECK(audit.record(revoke("web1")));
  const std::string before = test::read(rig.path);
  {
    const test::FileSizeLimit disk_full(before.size() + 20);
    CHECK_FALSE(audit.record(revoke("web2")));
  }
  CHECK(test::read(rig.path) == before);
  CHECK(audit.record(revoke("web3")));
  const auto verified = verify_audit_log(rig.path);
  REQUIRE(verified);
  CHECK(verified->records == 2);
}

TEST_CASE("a record longer than a line may be is refused") {
  Rig rig;
  auto audit = rig.open();
  const std::size_t rest = format_audit_line(revoke(""), rig.clock.wall(), 1, Sha256{}).size();
  CHECK_FALSE(audit.record(revoke(std::string(limits::kAuditLineBytesMax - rest + 1, 'x'))));
  CHECK(audit.record(revoke(std::string(limits::kAuditLineBytesMax - rest, 'x'))));
  auto again = rig.open();
  CHECK(again.record(revoke("web1")));
  CHECK(verify_audit_log(rig.path));
}

TEST_CASE("an audit file that others may read is refused") {
  Rig rig;
  test::write(rig.path, "");
  REQUIRE(chmod(rig.path.c_str(), 0644) == 0);
  CHECK_FALSE(AuditFile::open(rig.path, rig.clock));
}

}  // namespace picket::hub
