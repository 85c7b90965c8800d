#include "node/collectors/logind_sessions.h"

#include "node/collectors/logind_state.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

constexpr LogindSigns kAllThere{.systemd = true, .seat = true, .running = true, .pam = true};

SourceState without(bool LogindSigns::* sign) {
  LogindSigns signs = kAllThere;
  signs.*sign = false;
  return judge_logind(signs);
}

}  // namespace

TEST_CASE("logind counts only if it runs and logins tell it") {
  CHECK(judge_logind(kAllThere).usable);
  CHECK_FALSE(without(&LogindSigns::seat).usable);
  CHECK_FALSE(without(&LogindSigns::running).usable);
  CHECK_FALSE(without(&LogindSigns::pam).usable);
  CHECK(without(&LogindSigns::systemd).usable);  // elogind
  CHECK_FALSE(judge_logind({}).usable);
}

TEST_CASE("what keeps logind from seeing has a command that mends it, where there is one") {
  CHECK(without(&LogindSigns::pam).remedy == "apt-get install libpam-systemd");
  CHECK(without(&LogindSigns::running).remedy == "systemctl start systemd-logind");
  CHECK(judge_logind({}).remedy.empty());
}

TEST_CASE("logins tell logind if any PAM service has its module, not in a comment") {
  test::CapturedHost host;
  CHECK_FALSE(pam_tells_logind(host.root()));
  host.write_file("/etc/pam.d/common-session", "session required pam_unix.so\n");
  host.write_file(
      "/etc/pam.d/sshd",
      "# session optional pam_systemd.so\nsession optional pam_x.so # pam_systemd.so\n");
  CHECK_FALSE(pam_tells_logind(host.root()));
  host.write_file("/etc/pam.d/login",
                  "session required pam_unix.so\n-session optional pam_systemd.so");
  CHECK(pam_tells_logind(host.root()));
  host.remove_file("/etc/pam.d/login");
  host.write_file("/usr/lib/pam.d/login", "session optional /nix/pam_elogind.so\n");
  CHECK(pam_tells_logind(host.root()));
}

TEST_CASE("folders of a logind that is not there prove nothing") {
  test::CapturedHost host;
  host.write_file("/run/systemd/sessions/.keep", "");
  host.write_file("/run/systemd/seats/.keep", "");
  CHECK_FALSE(logind_has_seat(host.root()));
  CHECK_FALSE(systemd_booted(host.root()));
  host.write_file("/run/systemd/seats/seat0", "");
  host.write_file("/run/systemd/system/.keep", "");
  CHECK(logind_has_seat(host.root()));
  CHECK(systemd_booted(host.root()));
}

TEST_CASE("users' logins are sessions, managers, greeters, lock screens and jobs are not") {
  for (const char* login : {"user", "user-early", "user-light", "user-incomplete"})
    CHECK(is_login_class(login));
  for (const char* other : {"", "manager", "manager-early", "greeter", "lock-screen", "background",
                            "background-light", "none"}) {
    CHECK_FALSE(is_login_class(other));
  }
}

TEST_CASE("what older libraries don't tell is in the session's file") {
  const LogindState state = parse_logind_state(
      "# This is private data. Do not "
      "parse.\nUID=1000\nUSER=alice\nACTIVE=1\nLEADER=298\nREALTIME=1700000000123456\nMONOTONIC="
      "7\n");
  CHECK(state.user == "alice");
  CHECK(state.leader == 298);
  CHECK(state.since_us == 1'700'000'000'123'456);
}

TEST_CASE("a session's file that is cut or garbled tells less, and does no harm") {
  const std::string text = "USER=alice\nLEADER=298\nREALTIME=1700000000123456\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const LogindState state = parse_logind_state(text.substr(0, length));
    CHECK(std::string("alice").starts_with(state.user));
  }
  CHECK(parse_logind_state("LEADER=x\nLEADER\n=\nREALTIME=-5\n").leader == 0);
  CHECK(parse_logind_state("LEADER=99999999999\n").leader == 0);
}

}  // namespace picket::node
