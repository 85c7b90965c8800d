#include <cstdint>
#include <string>
#include <vector>

#include "tests/node/auth_log/lines.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

struct Expected {
  std::string message;
  std::string kind;
  std::string user;
  std::string source;  // address, or host name
  uint32_t port = 0;
  std::string method;
};

void check(const Expected& expected) {
  INFO(expected.message);
  const Reading reading = test::read("sshd", expected.message);
  REQUIRE(reading.verdict == Reading::Verdict::kEvent);
  const v1::AuthEvent& auth = reading.event.auth();
  CHECK(reading.event.kind() == expected.kind);
  CHECK(auth.user() == expected.user);
  const bool address = !auth.source_address().empty();
  CHECK((address ? auth.source_address() : auth.source_host()) == expected.source);
  CHECK(auth.source_port() == expected.port);
  CHECK(auth.method() == expected.method);
}

}  // namespace

TEST_CASE("what sshd says of attempts is understood, from release 5 to 10") {
  const std::vector<Expected> lines = {
      {"Accepted password for bob from 192.0.2.1 port 36592 ssh2", "ssh.accepted", "bob",
       "192.0.2.1", 36592, "password"},
      {"Failed password for invalid user  from 192.0.2.1 port 5 ssh2", "ssh.failed", "",
       "192.0.2.1", 5, "password"},
      {"Failed none for invalid user a b from fe80::1%eth0 port 5 ssh2 [preauth]", "ssh.failed",
       "a b", "fe80::1%eth0", 5, "none"},
      {"Failed password for root from ::ffff:192.0.2.1 port 5 ssh2", "ssh.failed", "root",
       "192.0.2.1", 5, "password"},
      {"Failed keyboard-interactive/pam for root from web.example.org port 5 ssh2", "ssh.failed",
       "root", "web.example.org", 5, "keyboard-interactive/pam"},
      {"Failed password for illegal user x from 192.0.2.1 port 5 ssh2", "ssh.failed", "x",
       "192.0.2.1", 5, "password"},
      {"Failed password for root from 192.0.2.1", "ssh.failed", "root", "192.0.2.1", 0, "password"},
      {"Invalid user  from 192.0.2.1", "ssh.invalid_user", "", "192.0.2.1", 0, ""},
      {"Invalid user x from 192.0.2.1 port 5", "ssh.invalid_user", "x", "192.0.2.1", 5, ""},
      {"input_userauth_request: invalid user x y [preauth]", "ssh.invalid_user", "x y", "", 0, ""},
      {"error: PAM: Authentication failure for illegal user x from web.example.org", "ssh.failed",
       "x", "web.example.org", 0, ""},
      {"User x from 192.0.2.1 not allowed because not listed in AllowUsers", "ssh.refused", "x",
       "192.0.2.1", 0, ""},
      {"ROOT LOGIN REFUSED FROM 192.0.2.1 port 5", "ssh.refused", "root", "192.0.2.1", 5, ""},
      {"error: maximum authentication attempts exceeded for invalid user x from 192.0.2.1 port 5 "
       "ssh2 [preauth]",
       "ssh.refused", "x", "192.0.2.1", 5, ""},
      {"Disconnecting authenticating user root 192.0.2.1 port 5: Too many authentication failures "
       "[preauth]",
       "ssh.refused", "root", "192.0.2.1", 5, ""},
      {"drop connection #10 from [192.0.2.1]:5 on [192.0.2.2]:22 past MaxStartups", "ssh.refused",
       "", "192.0.2.1", 5, ""},
      {"drop connection #0 from [2001:db8::1]:5 on [192.0.2.2]:22 penalty: failed authentication",
       "ssh.refused", "", "2001:db8::1", 5, ""},
      {"fatal: Unable to negotiate with 192.0.2.1 port 5: no matching key exchange method found. "
       "Their offer: x [preauth]",
       "ssh.refused", "", "192.0.2.1", 5, ""},
      {"Received disconnect from 192.0.2.1: 11: Bye Bye [preauth]", "ssh.disconnected", "",
       "192.0.2.1", 0, ""},
      {"error: Received disconnect from ::1 port 5:3: com.jcraft.jsch.JSchException: Auth fail",
       "ssh.disconnected", "", "::1", 5, ""},
      {"Disconnected from 192.0.2.1", "ssh.disconnected", "", "192.0.2.1", 0, ""},
      {"Disconnected from invalid user  192.0.2.1 port 5 [preauth]", "ssh.disconnected", "",
       "192.0.2.1", 5, ""},
      {"Connection closed by 192.0.2.1 [preauth]", "ssh.closed", "", "192.0.2.1", 0, ""},
      {"Connection reset by authenticating user root 192.0.2.1 port 5 [preauth]", "ssh.closed",
       "root", "192.0.2.1", 5, ""},
      {"fatal: Timeout before authentication for 192.0.2.1 port 5", "ssh.closed", "", "192.0.2.1",
       5, ""},
      {"fatal: Write failed: Connection reset by peer [preauth]", "ssh.closed", "", "", 0, ""},
      {"Bad protocol version identification 'GET / HTTP/1.1' from 192.0.2.1 port 5", "ssh.probe",
       "", "192.0.2.1", 5, ""},
      {"Did not receive identification string from 192.0.2.1", "ssh.probe", "", "192.0.2.1", 0, ""},
      {"error: kex_exchange_identification: Connection closed by remote host", "ssh.probe", "", "",
       0, ""},
      {"banner exchange: Connection from 192.0.2.1 port 5: invalid format", "ssh.probe", "",
       "192.0.2.1", 5, ""},
      {"reverse mapping checking getaddrinfo for a.example.org [192.0.2.1] failed - POSSIBLE "
       "BREAK-IN ATTEMPT!",
       "ssh.probe", "", "192.0.2.1", 0, ""},
      {"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= "
       "rhost=192.0.2.1  user=root",
       "ssh.failed", "root", "192.0.2.1", 0, ""},
      {"PAM 5 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1 ",
       "ssh.failed", "", "192.0.2.1", 0, ""},
  };
  for (const Expected& line : lines) check(line);
}

TEST_CASE("a certificate's id can hide where a login comes from, but not forge it") {
  const std::string fingerprint = "SHA256:0123456789012345678901234567890123456789012";
  const std::string own = "Accepted publickey for alice from 192.0.2.1 port 5 ssh2: ED25519-CERT " +
                          fingerprint + " ID ";
  const std::string end = " (serial 0) CA RSA " + fingerprint;
  const auto source_of = [](const std::string& message) {
    const v1::AuthEvent auth = test::read("sshd", message).event.auth();
    CHECK(auth.ambiguous() == auth.source_address().empty());
    return auth.source_address();
  };
  CHECK(source_of(own + "alice@laptop" + end) == "192.0.2.1");
  CHECK(source_of(own + "x from 9.9.9.9 port 1 ssh2" + end) == "192.0.2.1");
  const std::string key = " from 9.9.9.9 port 1 ssh2: RSA " + fingerprint;
  CHECK(source_of(own + "y" + key + end) == "192.0.2.1");
  CHECK(source_of(own + "y" + end + key + " ID z" + end).empty());
  // Cut by sshd where the id's owner wants it.
  CHECK(source_of(own + std::string(1023 - own.size() - key.size(), 'y') + key).empty());
}

TEST_CASE("a line that came several times says so") {
  const Reading reading = test::read(
      "sshd", "message repeated 5 times: [ Failed password for root from 192.0.2.1 port 5 ssh2]");
  CHECK(reading.event.auth().repeated() == 5);
  CHECK(reading.event.auth().source_port() == 5);
}

TEST_CASE("what is not understood is not taken for something else") {
  const auto verdict = [](std::string_view process, std::string_view message) {
    return test::read(process, message).verdict;
  };
  using Verdict = Reading::Verdict;
  CHECK(verdict("sshd", "Something new from 192.0.2.1 port 5") == Verdict::kUnparsed);
  CHECK(verdict("sshd", "") == Verdict::kUnparsed);
  CHECK(verdict("sshd", "error: Accepted password for root from 192.0.2.1 port 5 ssh2") ==
        Verdict::kUnparsed);
  CHECK(verdict("sshd", "error: PAM service(sshd) ignoring max retries; 6 > 3") ==
        Verdict::kIgnored);
  CHECK(verdict("sshd", "Server listening on 0.0.0.0 port 22.") == Verdict::kIgnored);
  CHECK(verdict("kernel", "Accepted password for root from 192.0.2.1 port 5 ssh2") ==
        Verdict::kIgnored);
  CHECK(verdict("sshd", "Accepted password for root from 999.0.2.1 port 5 ssh2") !=
        Verdict::kIgnored);
}

TEST_CASE("a number that no port or uid can be is none") {
  const auto verdict = [](std::string_view process, const std::string& message) {
    return test::read(process, message).verdict;
  };
  using Verdict = Reading::Verdict;
  CHECK(verdict("sshd", "Connection reset by 192.0.2.1 port 65535") == Verdict::kEvent);
  CHECK(verdict("sshd", "Connection reset by 192.0.2.1 port 65536") == Verdict::kUnparsed);
  CHECK(verdict("sshd", "Connection reset by 192.0.2.1 port 9999999999") == Verdict::kUnparsed);
  const auto failed_by = [](const std::string& uid) {
    return "pam_unix(su:auth): authentication failure; logname= uid=" + uid +
           " euid=0 tty=pts/0 ruser=alice rhost=";
  };
  CHECK(verdict("su", failed_by("4294967295")) == Verdict::kEvent);
  CHECK(verdict("su", failed_by("4294967296")) == Verdict::kUnparsed);
}

}  // namespace picket::node
