// What is told of real logins, changes of user and boots, through the real programs in a Telegram
// chat and to a Discord webhook. On a host of its own.
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "tests/support/catch.h"
#include "tests/support/journal_host.h"
#include "tests/support/login_host.h"
#include "tests/system/bridged.h"

namespace picket::test {
namespace {

// One rule a kind: each is told at once, and how often others are doesn't matter.
constexpr char kRules[] = R"(
[rules.logins]
kinds = ["ssh.accepted"]
[rules.failures]
kinds = ["ssh.failed"]
[rules.ends]
kinds = ["ssh.disconnected"]
[rules.su-opened]
kinds = ["su.opened"]
[rules.su-failed]
kinds = ["su.failed"]
[rules.su-closed]
kinds = ["su.closed"]
[rules.boots]
kinds = ["node.booted"]
)";

/// A thing as it was told in both.
struct Notice {
  std::string line;      // of the chat, without sign and time
  std::string title;     // of the embed, with its sign
  std::string sentence;  // of the embed
  std::map<std::string, std::string> fields;
};

class Noticed {
 public:
  Noticed() {
    host_.start_sshd(LoginHost::Log::kSyslog);
    bridged_.configure_telegram(chat_, kRules);
    bridged_.configure_discord(webhook_, kRules);
    for (const char* name : {"telegram", "discord"}) bridged_.start_bridge(name);
    bridged_.await_place("telegram", "place-7");
    bridged_.await_place("discord", "place-ops");
    watch_.emplace(site().start_picket({"watch", "--json"}, "watch"));
    wait_until("watch watches", [this] { return site().ask({"status"}).at("subscriptions") == 3; });
  }
  Site& site() { return bridged_.site; }
  const LoginHost& host() const { return host_; }

  /// The only thing told that has these words.
  Notice told(const std::string& words) const {
    Notice notice;
    wait_until(words, [&] { return find_line(words, notice) && find_embed(words, notice); });
    return notice;
  }
  /// What the hub says of the newest event of this kind.
  Json event(const std::string& kind) {
    Json found;
    for (const Json& event : events_in(site() / "watch"))
      if (event.value("kind", "") == kind) found = event;
    REQUIRE_FALSE(found.is_null());
    return found.at("auth");
  }

 private:
  bool find_line(const std::string& words, Notice& notice) const {
    int found = 0;
    for (const Json& message : chat_.accepted()) {
      std::istringstream text(message.at("text").get<std::string>());
      for (std::string line; std::getline(text, line);) {
        if (!contains(line, words)) continue;
        ++found;
        const std::size_t blank = line.find(' ') + 1;
        notice.line = line.substr(blank, line.rfind(" · ") - blank);
      }
    }
    CHECK(found <= 1);
    return found > 0;
  }
  bool find_embed(const std::string& words, Notice& notice) const {
    for (const Json& message : webhook_.accepted()) {
      for (const Json& embed : message.at("shown").at("embeds")) {
        if (!contains(embed.at("description").at(0), words)) continue;
        notice.title = embed.at("title").at(0);
        notice.sentence = embed.at("description").at(0);
        for (const Json& field : embed.value("fields", Json::array()))
          notice.fields[field.at(0).at(0)] = field.at(1).at(0);
      }
    }
    return !notice.sentence.empty();
  }

  JournalHost journal_;
  LoginHost host_;
  Bridged bridged_{""};
  FarSide chat_{"telegram_server.py", {"--chat", "7"}};
  FarSide webhook_{"discord_server.py", {"--webhook", "1"}};
  std::optional<Child> watch_;
};

std::string port_of(const Json& auth) { return std::to_string(auth.at("source_port").get<int>()); }
std::string pid_of(const Json& auth) { return std::to_string(auth.at("pid").get<int>()); }

using Fields = std::map<std::string, std::string>;

}  // namespace

TEST_CASE(
    "SM32, SM35, LS4: a failed login, a login with what failed since the last one, and its end are "
    "told with who, where from and how",
    "[.][bridges-logins]") {
  Noticed f;
  (void)run({"timeout", "30", "sshpass", "-p", "wrong", "ssh", "-o", "StrictHostKeyChecking=no",
             "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-o",
             "NumberOfPasswordPrompts=1", "alice@127.0.0.1", "true"});
  // PAM's line, which knows less, is told as well: of one attempt, which is counted once.
  const Notice failed = f.told("ssh login failed: alice from 127.0.0.1 port");
  Json auth = f.event("ssh.failed");
  CHECK(failed.line ==
        "web1 ssh login failed: alice from 127.0.0.1 port " + port_of(auth) + ", password");
  CHECK(failed.title == "🔴 web1");
  CHECK(failed.fields == Fields{{"user", "alice"},
                                {"from", "127.0.0.1"},
                                {"method", "password"},
                                {"pid", pid_of(auth)}});

  const Child shell = f.host().log_in("127.0.0.1");
  const Notice accepted = f.told("ssh login: alice");
  auth = f.event("ssh.accepted");
  CHECK(accepted.line == "web1 ssh login: alice (key of alice's laptop) from 127.0.0.1 port " +
                             port_of(auth) + ", publickey ED25519 " +
                             auth.at("key_fingerprint").get<std::string>() +
                             "; 1 failed login there since the last one: "
                             "127.0.0.1");
  CHECK("web1 " + accepted.sentence == accepted.line);
  CHECK(accepted.title == "🟢 web1");
  CHECK(accepted.fields == Fields{{"user", "alice"},
                                  {"from", "127.0.0.1"},
                                  {"method", "publickey"},
                                  {"key of", "alice's laptop"},
                                  {"pid", pid_of(auth)}});

  shell.type("exit\n");
  const Notice ended = f.told("ssh disconnected: alice");
  auth = f.event("ssh.disconnected");
  CHECK(ended.line == "web1 ssh disconnected: alice from 127.0.0.1 port " + port_of(auth));
  CHECK(ended.fields.at("pid") == pid_of(auth));
}

TEST_CASE("SM32, SM35: su that opens, ends and fails is told with who, to whom and the whole pid",
          "[.][bridges-su]") {
  Noticed f;
  REQUIRE(run({"timeout", "30", "su", "alice", "-c", "true"}).status == 0);
  const Notice opened = f.told("su: root to alice");
  Json auth = f.event("su.opened");
  CHECK(opened.line == "web1 su: root to alice, pid " + pid_of(auth));
  CHECK(opened.title == "🟢 web1");
  CHECK(opened.fields == Fields{{"user", "root"}, {"target", "alice"}, {"pid", pid_of(auth)}});
  const Notice closed = f.told("su ended");
  CHECK(closed.line == "web1 su ended: alice, service su, pid " + pid_of(f.event("su.closed")));
  CHECK(closed.fields.at("pid") == opened.fields.at("pid"));

  REQUIRE(run({"timeout", "30", "setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "sh",
               "-c", "echo wrong | su root -c true"})
              .status != 0);
  const Notice failed = f.told("su failed");
  auth = f.event("su.failed");
  CHECK(failed.line == "web1 su failed: alice to root, service su, pid " + pid_of(auth));
  CHECK(failed.title == "🔴 web1");
  CHECK(failed.fields == Fields{{"user", "alice"}, {"target", "root"}, {"pid", pid_of(auth)}});
}

TEST_CASE("LS5: a boot of a node is told", "[.][bridges-boot]") {
  Noticed f;
  write("/run/boot_id", "0e4b2c1e-0a5d-4f0e-9d1b-6a1c2f3e4d5b\n");
  REQUIRE(run({"mount", "--bind", "/run/boot_id", "/proc/sys/kernel/random/boot_id"}).status == 0);
  f.site().kill_node("web1");
  f.site().start_node("web1");
  const Notice booted = f.told("booted");
  CHECK(booted.line == "web1 booted");
  CHECK(booted.title == "🟡 web1");
}

}  // namespace picket::test
