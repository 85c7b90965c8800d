#include <cstdint>
#include <optional>
#include <string>

#include "tests/node/auth_log/lines.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

constexpr auto kYes = v1::AuthEvent::VERIFIED_YES;
constexpr auto kUnverified = v1::AuthEvent::VERIFIED_UNVERIFIED;
constexpr auto kForged = v1::AuthEvent::VERIFIED_FORGED;
constexpr uint32_t kAlice = 1001;

constexpr std::string_view kSshd = "/usr/sbin/sshd";
constexpr std::string_view kSu = "/usr/bin/su";
constexpr std::string_view kLogger = "/usr/bin/logger";

struct Host {
  LineReader reader{test::uid_of};

  v1::Event event(std::string_view process, std::string_view message, std::optional<uint32_t> uid,
                  std::string_view exe, uint32_t pid = 300) {
    LogLine line = test::file_line(process, message);
    line.attested = Attested{uid, pid, exe, "0123456789abcdef0123456789abcdef"};
    return reader.read(line).event;
  }
  v1::AuthEvent::Verified verified(std::string_view process, std::string_view message,
                                   std::optional<uint32_t> uid, std::string_view exe,
                                   uint32_t pid = 300) {
    return event(process, message, uid, exe, pid).auth().verified();
  }
};

}  // namespace

TEST_CASE("sshd's lines are root's and sshd's, or forged") {
  Host host;
  for (const std::string message :
       {"Accepted password for root from 192.0.2.1 port 1 ssh2",
        "Failed password for root from 192.0.2.1 port 1 ssh2", "Invalid user x from 192.0.2.1",
        "Connection closed by 192.0.2.1 port 1",
        "pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)"}) {
    INFO(message);
    CHECK(host.verified("sshd", message, 0, kSshd) == kYes);
    CHECK(host.verified("sshd-session", message, 0, "/usr/lib/openssh/sshd-session") == kYes);
    CHECK(host.verified("sshd", message, 0, "/usr/sbin/sshd (deleted)") == kYes);
    CHECK(host.verified("sshd", message, 0, "") == kYes);
    CHECK(host.verified("sshd", message, std::nullopt, kSshd) == kUnverified);
    CHECK(host.verified("sshd", message, 0, kLogger) == kForged);
    CHECK(host.verified("sshd", message, kAlice, kSshd) == kForged);
    CHECK(host.verified("sshd", message, kAlice, "") == kForged);
    CHECK(host.verified("sshd", message, 0, "/home/alice/sshd") == kForged);
  }
}

TEST_CASE("the end of a connection may be told by its user") {
  Host host;
  const std::string alices = "Disconnected from user alice 192.0.2.1 port 1";
  CHECK(host.verified("sshd", alices, kAlice, kSshd) == kYes);
  CHECK(host.verified("sshd", alices, kAlice, "") == kYes);
  CHECK(host.verified("sshd", alices, 1002, kSshd) == kForged);
  CHECK(host.verified("sshd", alices, kAlice, kLogger) == kForged);
  const std::string nobodys = "Received disconnect from 192.0.2.1 port 1:11: disconnected by user";
  CHECK(host.verified("sshd", nobodys, 0, kSshd) == kYes);
  CHECK(host.verified("sshd", nobodys, kAlice, kSshd) == kUnverified);
  CHECK(host.verified("sshd", nobodys, kAlice, kLogger) == kForged);
}

TEST_CASE("su's lines are the caller's whom they name") {
  Host host;
  for (const std::string message :
       {"(to bob) alice on pts/0", "FAILED SU (to bob) alice on pts/0",
        "pam_unix(su:session): session opened for user bob(uid=1002) by alice(uid=1001)",
        "pam_unix(su-l:auth): authentication failure; logname=alice uid=1001 euid=0 tty=pts/0 "
        "ruser=alice rhost=  user=bob"}) {
    INFO(message);
    CHECK(host.verified("su", message, kAlice, kSu) == kYes);
    CHECK(host.verified("su", message, kAlice, "") == kUnverified);
    // Named without a uid, alice may be who logged in and then became 1002 by another su.
    const bool tells_uid = message.find("uid=") != std::string::npos;
    CHECK(host.verified("su", message, 1002, kSu) == (tells_uid ? kForged : kUnverified));
    CHECK(host.verified("su", message, 1002, "") == kForged);
    CHECK(host.verified("su", message, kAlice, kLogger) == kForged);
    CHECK(host.verified("su", message, 0, kSu) == kYes);
  }
  CHECK(host.verified("su", "(to bob) stranger on pts/0", kAlice, kSu) == kUnverified);
}

TEST_CASE("the end of a su is believed as far as its begin was") {
  Host host;
  const std::string opened =
      "pam_unix(su:session): session opened for user bob(uid=1002) by alice(uid=1001)";
  const std::string closed = "pam_unix(su:session): session closed for user bob";
  CHECK(host.verified("su", closed, kAlice, kSu, 301) == kUnverified);
  CHECK(host.verified("su", opened, kAlice, kSu, 301) == kYes);
  CHECK(host.verified("su", closed, kAlice, kSu, 302) == kUnverified);
  CHECK(host.verified("su", closed, kAlice, kSu, 301) == kYes);
  CHECK(host.verified("su", closed, kAlice, kSu, 301) == kUnverified);  // once
  CHECK(host.verified("su", opened, 1002, kSu, 303) == kForged);
  CHECK(host.verified("su", closed, 1002, kSu, 303) == kUnverified);
  CHECK(host.verified("su", opened, kAlice, kSu, 304) == kYes);
  const std::string roots = "pam_unix(su:session): session closed for user root";
  CHECK(host.verified("su", roots, kAlice, kSu, 304) == kUnverified);
  CHECK(host.verified("su", closed, kAlice, kLogger, 305) == kForged);
}

TEST_CASE("no more sessions of su are remembered than the limit") {
  Host host;
  const std::string opened =
      "pam_unix(su:session): session opened for user bob(uid=1002) by alice(uid=1001)";
  const std::string closed = "pam_unix(su:session): session closed for user bob";
  for (uint32_t pid = 1; pid <= 1025; ++pid) (void)host.event("su", opened, kAlice, kSu, pid);
  CHECK(host.verified("su", closed, kAlice, kSu, 1) == kUnverified);
  CHECK(host.verified("su", closed, kAlice, kSu, 2) == kYes);
  CHECK(host.verified("su", closed, kAlice, kSu, 1025) == kYes);
}

TEST_CASE("sudo is its caller's, login and the account tools are root's") {
  Host host;
  const std::string sudo = "alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id";
  CHECK(host.verified("sudo", sudo, kAlice, "/usr/bin/sudo") == kYes);
  CHECK(host.verified("sudo", sudo, kAlice, "") == kUnverified);
  CHECK(host.verified("sudo", sudo, 1002, "/usr/bin/sudo") == kForged);
  CHECK(host.verified("sudo", sudo, kAlice, kLogger) == kForged);
  const std::string added =
      "new user: name=eve, UID=1003, GID=1003, home=/home/eve, shell=/bin/sh, from=none";
  CHECK(host.verified("useradd", added, 0, "/usr/sbin/useradd") == kYes);
  CHECK(host.verified("useradd", added, 0, "") == kYes);
  CHECK(host.verified("useradd", added, 0, kLogger) == kForged);
  CHECK(host.verified("useradd", added, kAlice, "/usr/sbin/useradd") == kForged);
  CHECK(host.verified("login", "LOGIN ON tty1 BY alice", kAlice, "") == kForged);
  CHECK(host.verified("login", "LOGIN ON tty1 BY alice", 0, "/usr/bin/bash") == kUnverified);
  CHECK(host.verified("login", "LOGIN ON tty1 BY alice", 0, "/usr/bin/login") == kYes);
  CHECK(host.verified("passwd", "pam_unix(passwd:chauthtok): password changed for alice", kAlice,
                      "/usr/bin/passwd") == kYes);
  CHECK(host.verified("passwd", "pam_unix(passwd:chauthtok): password changed for bob", kAlice,
                      "/usr/bin/passwd") == kForged);
}

TEST_CASE("a service that has a program of its own is not believed of another") {
  Host host;
  const std::string sshds = "pam_unix(sshd:session): session opened for user root by (uid=0)";
  CHECK(host.verified("cron", sshds, kAlice, "") == kForged);
  const std::string crons = "pam_unix(cron:session): session opened for user root by (uid=0)";
  CHECK(host.verified("CRON", crons, 0, "/usr/sbin/cron") == kYes);
  CHECK(host.verified("CRON", crons, kAlice, "") == kUnverified);
}

TEST_CASE("a forgery tells who, and nothing of what it claims") {
  Host host;
  const v1::Event event =
      host.event("sshd", "Accepted password for root from 6.6.6.6 port 1 ssh2", kAlice, kLogger);
  CHECK(event.kind() == "auth.forgery_attempt");
  const v1::AuthEvent& auth = event.auth();
  CHECK(auth.uid() == kAlice);
  CHECK(auth.claimed_kind() == "ssh.accepted");
  CHECK(auth.reason() == "Accepted password for root from 6.6.6.6 port 1 ssh2");
  CHECK(auth.user().empty());
  CHECK(auth.source_address().empty());
  CHECK(auth.source_port() == 0);
  CHECK(auth.method().empty());
  CHECK(auth.attempt().empty());
}

TEST_CASE("a plain file proves nothing") {
  const Reading reading =
      test::read("sshd", "Accepted password for root from 192.0.2.1 port 1 ssh2");
  CHECK(reading.event.auth().verified() == v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE);
  CHECK(reading.event.auth().line() == 7);
}

TEST_CASE("lines of one process are one attempt, in one boot or on one host") {
  Host host;
  const std::string failed = "Failed password for root from 192.0.2.1 port 1 ssh2";
  const auto attempt = [&](uint32_t pid) {
    return host.event("sshd", failed, 0, kSshd, pid).auth().attempt();
  };
  CHECK(attempt(300).size() == 16);
  CHECK(attempt(300) == attempt(300));
  CHECK(attempt(300) != attempt(301));
  LogLine line = test::file_line("sshd", failed);
  const std::string of_host = host.reader.read(line).event.auth().attempt();
  CHECK(of_host.size() == 16);
  line.host = "web2";
  CHECK(host.reader.read(line).event.auth().attempt() != of_host);
  line.pid = 0;
  CHECK(host.reader.read(line).event.auth().attempt().empty());
}

TEST_CASE("an event has nothing of the lines before it") {
  const std::string failed =
      "Failed publickey for alice from 192.0.2.1 port 1 ssh2: ED25519 SHA256:" +
      std::string(43, 'a');
  const std::string other = "Invalid user \xff from 192.0.2.2 port 2";
  Host used;
  (void)used.event("sshd", failed, kAlice, kLogger);  // forged
  for (const std::string& message :
       {failed, other, failed, std::string("Connection closed by 192.0.2.3")}) {
    Host fresh;
    CHECK(used.event("sshd", message, 0, kSshd, 300).SerializeAsString() ==
          fresh.event("sshd", message, 0, kSshd, 300).SerializeAsString());
  }
}

}  // namespace picket::node
