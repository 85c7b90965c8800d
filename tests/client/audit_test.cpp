// The audit log as the terminal client shows and checks it.
#include <string>

#include "client/cli/print.h"
#include "common/audit_entry.h"
#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"
#include "tests/support/local_zone.h"

namespace picket::cli {
namespace {

constexpr const char* kLine =
    R"({"time":"2026-05-04T03:02:01.500000000Z","seq":7,"actor":"uid 1000","action":"run.request",)"
    R"("object":"disk-usage","allowed":true,"outcome":"accepted","details":{"nodes":"web1 web2",)"
    R"("parameter.service":"nginx"},"previous":"00","hash":"00"})";

const Screen kPlain{0, false};

std::string replaced(const std::string& from, const std::string& to) {
  std::string line = kLine;
  return line.replace(line.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a record of the audit log is a line with local time, who, what and how it went") {
  const test::LocalZone zone("Europe/Berlin");
  const auto entry = parse_audit_entry(kLine);
  REQUIRE(entry);
  CHECK(entry->seq == 7);
  CHECK(to_line(*entry, kPlain) ==
        "2026-05-04 05:02:01  uid 1000      run.request     disk-usage: accepted  "
        "nodes=\"web1 web2\" parameter.service=nginx\n");
}

TEST_CASE("a refused request is said loudly") {
  const test::LocalZone zone("Europe/Berlin");
  auto entry = parse_audit_entry(replaced("\"allowed\":true", "\"allowed\":false"));
  REQUIRE(entry);
  entry->object.clear();
  entry->outcome = "needs administer";
  entry->details.clear();
  CHECK(to_line(*entry, kPlain) ==
        "2026-05-04 05:02:01  uid 1000      run.request     REFUSED: needs administer\n");
  CHECK(to_line(*entry, Screen{0, true}).find("\x1b[31mREFUSED") != std::string::npos);
}

TEST_CASE("a line that is no record is told from one that is") {
  REQUIRE(parse_audit_entry(kLine));
  for (const std::string& line :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
        std::string("{\"time\":"), replaced("2026-05-04T", "yesterday "), replaced("7", "-7"),
        replaced("7", "\"7\""), replaced("\"uid 1000\"", "1000"), replaced("true", "\"yes\""),
        replaced("\"nginx\"", "[]"), replaced("\"actor\"", "\"acter\""), std::string(100'000, '['),
        std::string(100'000, '{')}) {
    CAPTURE(line.substr(0, 100));
    CHECK_FALSE(parse_audit_entry(line));
  }
  CHECK(no_record_line("x\x1b[2J\n", kPlain) == "NOT A RECORD: x\\x1b[2J\\n\n");
}

TEST_CASE("hostile text in any field of the audit log reaches the terminal escaped, on one line") {
  for (const std::string& text : test::hostile_texts()) {
    const AuditEntry entry{.time = {},
                           .seq = 1,
                           .actor = text,
                           .action = text,
                           .object = text,
                           .allowed = true,
                           .outcome = text,
                           .details = {{text, text}}};
    for (const std::string& line : {to_line(entry, kPlain), no_record_line(text, kPlain)}) {
      CHECK(line.find('\n') == line.size() - 1);
      CHECK(escape_for_terminal(line.substr(0, line.size() - 1)) ==
            line.substr(0, line.size() - 1));
    }
  }
}

}  // namespace picket::cli
