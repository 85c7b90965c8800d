#include <cstdint>

#include "node/auth_log/syslog_header.h"

#include "common/rfc3339.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"

namespace picket::node {
namespace {

std::optional<LogLine> parse(std::string_view text) {
  StampReader stamps(parse_rfc3339("2026-11-21T00:00:00Z").value());
  return parse_syslog_line(text, stamps);
}

struct Row {
  std::string_view line;
  std::string_view host;
  std::string_view process;
  uint32_t pid;
  std::string_view message;
};

constexpr Row kRows[] = {
    {"Nov 20 23:08:49 web1 sshd[4711]: Failed password", "web1", "sshd", 4711, "Failed password"},
    {"Nov  3 23:08:49 web1 su: (to root) alice on pts/1", "web1", "su", 0,
     "(to root) alice on pts/1"},
    {"2026-11-20T23:08:49.5+01:00 web1 sudo:    alice : x", "web1", "sudo", 0, "   alice : x"},
    {"<86>Nov 20 23:08:49 web1 sshd[1]: x", "web1", "sshd", 1, "x"},
    {"Nov 20 23:08:49 <auth.info> web1 sshd[1]: x", "web1", "sshd", 1, "x"},
    {"Nov 20 23:08:49 sshd[1]: no host", "", "sshd", 1, "no host"},
    {"<86>Nov 20 23:08:49 sshd: no host", "", "sshd", 0, "no host"},
    {"Nov 20 23:08:49 ::1 sshd[1]: x", "::1", "sshd", 1, "x"},
    {"Nov 20 23:08:49 src@a/b.example sshd[1]: x", "src@a/b.example", "sshd", 1, "x"},
    {"Nov 20 23:08:49 web1 postfix/smtpd[9]: x", "web1", "postfix/smtpd", 9, "x"},
    {"Nov 20 23:08:49 web1 org.freedesktop.x[9]: x", "web1", "org.freedesktop.x", 9, "x"},
    {"Nov 20 23:08:49 web1 (systemd)[9]: x", "web1", "(systemd)", 9, "x"},
    {"Nov 20 23:08:49 web1 sshd(pam_unix)[9]: x", "web1", "sshd(pam_unix)", 9, "x"},
    {"Nov 20 23:08:49 web1 /usr/sbin/sshd[9]: x", "web1", "/usr/sbin/sshd", 9, "x"},
    {"Nov 20 23:08:49 web1 sshd[9] x", "web1", "sshd", 9, "x"},
    {"Nov 20 23:08:49 web1 sshd[99999999999]: x", "web1", "sshd", 0, "x"},
    {"Nov 20 23:08:49 web1 sshd[9]:", "web1", "sshd", 9, ""},
    {"Nov 20 23:08:49 web1 sshd[9]: ends in CR\r", "web1", "sshd", 9, "ends in CR"},
    {"Nov 20 23:08:49 web1 last message repeated 2 times", "web1", "", 0,
     "last message repeated 2 times"},
    {"Nov 20 23:08:49 web1", "web1", "", 0, ""},
    {"<34>1 2026-11-20T23:08:49Z web1 su - ID47 - \xef\xbb\xbfx y", "web1", "su", 0, "x y"},
    {"<34>1 2026-11-20T23:08:49Z - sshd 9 - [a@1 b=\"]\\\"\"][c] x", "", "sshd", 9, "x"},
    {"<34>1 2026-11-20T23:08:49Z - sshd 9 - [torn", "", "sshd", 9, "[torn"},
};

}  // namespace

TEST_CASE("a line's header, in all the shapes that syslog daemons give it") {
  const test::LocalZone zone("UTC");
  for (const Row& row : kRows) {
    CAPTURE(row.line);
    const auto line = parse(row.line);
    REQUIRE(line);
    CHECK(line->host == row.host);
    CHECK(line->process == row.process);
    CHECK(line->pid == row.pid);
    CHECK(line->message == row.message);
    CHECK_FALSE(line->attested);
    CHECK(line->number == 0);
  }
}

TEST_CASE("a line without a stamp is no line of a log, and none is read beyond its end") {
  for (const std::string_view bad :
       {"", "\n", "sshd[1]: x", "<86>", "<86>sshd[1]: x", "Accepted password for root", "\xff\xfe",
        "<34>1 - web1 su - - - x"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse(bad));
  }
  for (const Row& row : kRows) {
    for (std::size_t length = 0; length < row.line.size(); ++length)
      (void)parse(std::string(row.line.substr(0, length)));  // the sanitizer would tell
  }
}

TEST_CASE("zeros that a crash left before a line are no part of it") {
  const std::string text = std::string(300, '\0') + "Nov 20 23:08:49 web1 su: x";
  const auto line = parse(text);
  REQUIRE(line);
  CHECK(line->message == "x");
}

}  // namespace picket::node
