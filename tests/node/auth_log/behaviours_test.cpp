// What earlier monitors told of the auth log, and what they couldn't.
#include <string>

#include "tests/node/auth_log/lines.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// "ssh.failed alice 192.0.2.7": kind, user, where from; as far as they are told.
std::string told(std::string_view process, std::string_view message) {
  const Reading reading = test::read(process, message);
  if (reading.verdict != Reading::Verdict::kEvent) return "nothing";
  const v1::AuthEvent& auth = reading.event.auth();
  std::string words = reading.event.kind();
  for (const std::string& part : {auth.user(), auth.target_user(), auth.source_address()}) {
    if (!part.empty()) words += " " + part;
  }
  return words;
}

}  // namespace

TEST_CASE("SM10: logins, failures, ends of connections, and su are told with who and from where") {
  CHECK(told("sshd", "Accepted password for alice from 192.0.2.7 port 50122 ssh2") ==
        "ssh.accepted alice 192.0.2.7");
  CHECK(told("sshd-session", "Failed password for alice from 192.0.2.7 port 50122 ssh2") ==
        "ssh.failed alice 192.0.2.7");
  CHECK(told("sshd", "Disconnected from user alice 192.0.2.7 port 50122") ==
        "ssh.disconnected alice 192.0.2.7");
  CHECK(told("su", "(to root) alice on pts/3") == "su.opened alice root");
  CHECK(told("su", "FAILED SU (to root) alice on pts/3") == "su.failed alice root");
  CHECK(told("su", "pam_unix(su:session): session closed for user root") == "su.closed root");
}

TEST_CASE("SM11: so is what an earlier monitor did not recognise") {
  CHECK(told("sshd", "Failed password for invalid user admin from 192.0.2.7 port 1 ssh2") ==
        "ssh.failed admin 192.0.2.7");
  CHECK(told("sshd",
             "Failed publickey for alice from 192.0.2.7 port 1 ssh2: ED25519 "
             "SHA256:q1euwCXfHf/1HfB7clUhlIOIpRJ3DjQZS9VkQ5jSsfE") == "ssh.failed alice 192.0.2.7");
  CHECK(told("sshd", "Invalid user admin from 192.0.2.7 port 1") ==
        "ssh.invalid_user admin 192.0.2.7");
  CHECK(told("sshd", "Connection closed by authenticating user alice 192.0.2.7 port 1 [preauth]") ==
        "ssh.closed alice 192.0.2.7");
  CHECK(told("sshd", "Disconnected from authenticating user alice 192.0.2.7 port 1 [preauth]") ==
        "ssh.disconnected alice 192.0.2.7");
  CHECK(told("sshd",
             "error: maximum authentication attempts exceeded for alice from 192.0.2.7 port 1 ssh2 "
             "[preauth]") == "ssh.refused alice 192.0.2.7");
  CHECK(told("su", "pam_unix(su-l:session): session opened for user root(uid=0) by (uid=1001)") ==
        "su.opened root");
  CHECK(told("sudo", "alice : TTY=pts/3 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id") ==
        "sudo.command alice root");
  CHECK(told("login", "ROOT LOGIN  on '/dev/tty1'").starts_with("login.opened"));
  CHECK(told("cron", "pam_unix(cron:session): session opened for user bob(uid=1002) by (uid=0)") ==
        "pam.opened bob");
}

TEST_CASE("SS9: the lines of invalid users that were counted are told, over IPv6 too") {
  CHECK(told("sshd", "Disconnected from invalid user admin 2001:db8::7 port 1 [preauth]") ==
        "ssh.disconnected admin 2001:db8::7");
  CHECK(told("sshd", "Connection closed by invalid user admin 192.0.2.7 port 1 [preauth]") ==
        "ssh.closed admin 192.0.2.7");
}

TEST_CASE("LS7: the forms of the histogram are told, over IPv6 too") {
  CHECK(told("sshd",
             "Accepted publickey for alice from 2001:db8::7 port 1 ssh2: ED25519 "
             "SHA256:q1euwCXfHf/1HfB7clUhlIOIpRJ3DjQZS9VkQ5jSsfE") ==
        "ssh.accepted alice 2001:db8::7");
  CHECK(told("sshd", "Failed password for alice from 2001:db8::7 port 1 ssh2") ==
        "ssh.failed alice 2001:db8::7");
  CHECK(told("sshd", "User bob from 192.0.2.7 not allowed because not listed in AllowUsers") ==
        "ssh.refused bob 192.0.2.7");
}

}  // namespace picket::node
