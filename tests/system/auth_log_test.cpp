// The auth log from a real journald, a real sshd, or a file, through the real programs to what a
// client is told. On a host of their own (tests/support/throwaway_host).
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/journal_host.h"
#include "tests/support/login_host.h"
#include "tests/system/log_lines.h"
#include "tests/system/site.h"
#include "tests/system/told.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

/// Writes lines as a syslog client does; they are sshd's by their own word.
class SyslogWriter {
 public:
  SyslogWriter() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string("/run/systemd/journal/dev-log").copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    REQUIRE(connect(socket_.get(), generic, sizeof address) == 0);
  }
  void log(const std::string& message) const {
    const std::string line = "<86>sshd[7]: " + message;
    REQUIRE(send(socket_.get(), line.data(), line.size(), 0) == static_cast<ssize_t>(line.size()));
  }

 private:
  UniqueFd socket_;
};

std::string failure_of(int user) {
  return "Failed password for user" + std::to_string(user) + " from 192.0.2.7 port 50122 ssh2";
}

/// A hub and one node that reads this host's log.
struct Watched {
  Watched() {
    REQUIRE(site.init().status == 0);
    site.start_hub();
    site.add_node("web1");
    wait_until("the log is read", [&] {
      const auto shown = site.picket({"show", "web1"}).output;
      return contains(shown, "read from");
    });
  }
  /// Kills the hub or the node and starts it anew, until they are connected again.
  void kill_one(bool hub) {
    if (hub) {
      site.kill_hub();
      site.start_hub();
    } else {
      site.kill_node("web1");
      site.start_node("web1");
    }
    site.await_state("web1", "connected");
  }
  /// The numbers of the users whose failures the hub has, in its order; waits for `last`.
  std::vector<int> failures_until(int last) {
    std::filesystem::remove(site / "failures");  // of an earlier call
    const Child watch = site.start_picket({"watch", "--json", "--since", "1h"}, "failures");
    INFO(site.picket({"show", "web1"}).output << site.node_log("web1") << site.hub_log());
    const std::string text = "user" + std::to_string(last) + " from";
    const std::string name = "\"user" + std::to_string(last) + "\"";
    wait_until(
        "the last line is told",
        [&] {
          const std::string told = read(site / "failures");
          return contains(told, text) || contains(told, name);
        },
        60s);
    std::vector<int> numbers;
    for (const Json& event : events_in(site / "failures")) {
      const std::string kind = event.value("kind", "");
      if (kind == "log.gap") ++gaps;
      const bool is_forged = kind == "auth.forgery_attempt";
      if (kind != "ssh.failed" && !is_forged) continue;
      const Json& auth = event.at("auth");
      const std::string user = is_forged ? auth.at("reason").get<std::string>().substr(20)
                                         : auth.at("user").get<std::string>();
      numbers.push_back(std::stoi(user.substr(4)));
    }
    return numbers;
  }

  Site site;
  int gaps = 0;
};

std::vector<int> first(int count) {
  std::vector<int> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace

TEST_CASE("SM10: a real login, a forged one and a change of accounts are told from journald",
          "[.][auth-log-told]") {
  JournalHost journal;
  LoginHost host;
  host.start_sshd(LoginHost::Log::kSyslog);
  Watched watched;
  Site& site = watched.site;
  const Child watch = site.start_picket({"watch", "--json"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  const auto told = [&](const std::string& kind) -> Json {
    Json found;
    wait_until(kind + " is told", [&] {
      for (const Json& event : events_in(site / "watch")) {
        if (event.value("kind", "") == kind) found = event;
      }
      return !found.is_null();
    });
    CHECK(found.at("of_node") == "web1");
    return found.at("auth");
  };
  const Child shell = host.log_in("127.0.0.1");
  const Json accepted = told("ssh.accepted");
  CHECK(accepted.at("user") == "alice");
  CHECK(accepted.at("source_address") == "127.0.0.1");
  CHECK(accepted.at("method") == "publickey");
  CHECK(accepted.at("verified") == "yes");
  CHECK(accepted.at("time_source") == "journal");
  CHECK(contains(accepted.at("key_fingerprint"), "SHA256:"));
  CHECK(accepted.at("key_name") == kAliceKeyName);
  CHECK_FALSE(accepted.at("attempt").get<std::string>().empty());

  journal.log_fields_as(4242,
                        "SYSLOG_IDENTIFIER=sshd\nSYSLOG_FACILITY=10\n"
                        "MESSAGE=Accepted password for root from 203.0.113.9 port 22 ssh2\n");
  const Json forged = told("auth.forgery_attempt");
  CHECK(forged.at("uid") == 4242);
  CHECK(forged.at("claimed_kind") == "ssh.accepted");
  CHECK_FALSE(forged.contains("source_address"));

  REQUIRE(run({"useradd", "mallory"}).status == 0);
  CHECK(told("account.changed").at("target_user") == "mallory");
  shell.type("exit\n");
  CHECK(told("ssh.disconnected").at("user") == "alice");
  const std::string shown = site.picket({"show", "web1"}).output;
  CHECK(contains(shown, "read from journald"));
  CHECK(contains(shown, "not understood"));
}

TEST_CASE("an agent without privileges names keys by the service that may read them",
          "[.][key-names-service]") {
  const JournalHost journal;
  // As systemd-tmpfiles has it.
  REQUIRE(run({"chgrp", "-R", "systemd-journal", "/var/log/journal"}).status == 0);
  REQUIRE(run({"chmod", "-R", "g+rXs", "/var/log/journal"}).status == 0);
  LoginHost host;
  host.start_sshd(LoginHost::Log::kSyslog);
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
  REQUIRE(run({"cp", "-a", site / "web1", "/run/state"}).status == 0);
  REQUIRE(run({"chown", "-R", "nobody:nogroup", "/run/state"}).status == 0);
  write("/run/node.toml", "state_folder = \"/run/state\"\n[events]\nenabled = false\n");
  const Child agent({"setpriv", "--reuid=nobody", "--regid=nogroup", "--groups=systemd-journal",
                     program("picket-node"), "--config", "/run/node.toml"},
                    site / "agent.log");
  wait_until("the log is read",
             [&] { return contains(site.picket({"show", "web1"}).output, "read from"); });
  const Child watch = site.start_picket({"watch", "--json", "--kind", "ssh.accepted"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  const auto accepted = [&](std::size_t count) -> Json {
    wait_until("the login is told", [&] { return events_in(site / "watch").size() == count; });
    return events_in(site / "watch").back().at("auth");
  };
  const Child first = host.log_in("127.0.0.1");
  CHECK_FALSE(accepted(1).contains("key_name"));  // nobody there who may know

  const Child service(
      {"/usr/bin/python3", PICKET_SOURCE "/tests/support/socket_unit.py",
       "/run/picket-node/keys.sock", "nogroup", program("picket-node"), "name-keys"},
      site / "service.log");
  const std::string status_file = "/proc/" + std::to_string(service.pid()) + "/status";
  wait_until("it has one power only",
             [&] { return contains(read(status_file), "CapEff:\t0000000000000004"); });
  CHECK(contains(read(status_file), "NoNewPrivs:\t1"));
  std::size_t logins = 1;
  // The agent looks for the service again after a while.
  wait_until(
      "the key is named",
      [&] {
        const Child login = host.run_without_terminal("127.0.0.1");
        return accepted(++logins).value("key_name", "") == kAliceKeyName;
      },
      45s);
}

TEST_CASE("each line of journald is kept exactly once, in its order, while hub and node are killed",
          "[.][auth-log-killed]") {
  constexpr int kKills = 100;
  constexpr int kLinesBetween = 100;
  JournalHost journal;
  LoginHost host;
  host.start_sshd(LoginHost::Log::kSyslog);
  Watched watched;
  const SyslogWriter writer;
  std::mt19937 random(1);
  int logged = 0;
  int logins = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const int before = static_cast<int>(random() % kLinesBetween);
    for (int i = 0; i < kLinesBetween; ++i) {
      if (i == before) watched.kill_one(kill % 2 == 0);
      writer.log(failure_of(logged++));
    }
    if (kill % 10 != 0) continue;
    Child shell = host.log_in("127.0.0.1");
    shell.type("exit\n");
    (void)shell.wait();
    ++logins;
  }
  CHECK(watched.failures_until(logged - 1) == first(logged));
  CHECK(watched.gaps == 0);
  int accepted = 0;
  for (const Json& event : events_in(watched.site / "failures"))
    accepted += event.value("kind", "") == "ssh.accepted" ? 1 : 0;
  CHECK(accepted == logins);
}

TEST_CASE("each line of a file is kept exactly once across 50 rotations by a rename",
          "[.][auth-log-rotated]") {
  constexpr int kRotations = 50;
  constexpr int kLinesBetween = 40;
  write_log(sshd_line("Server listening on :: port 22."));
  Watched watched;
  std::mt19937 random(2);
  int logged = 0;
  for (int rotation = 0; rotation < kRotations; ++rotation) {
    for (int i = 0; i < kLinesBetween; ++i) append_log(sshd_line(failure_of(logged++)));
    if (rotation % 5 == 0) watched.kill_one(random() % 2 == 0);
    for (int old = kRotations; old > 0; --old) {
      const std::string name = std::string(kAuthLogFile) + "." + std::to_string(old);
      if (std::filesystem::exists(name))
        std::filesystem::rename(name, std::string(kAuthLogFile) + "." + std::to_string(old + 1));
    }
    std::filesystem::rename(kAuthLogFile, std::string(kAuthLogFile) + ".1");
  }
  append_log(sshd_line(failure_of(logged++)));
  CHECK(watched.failures_until(logged - 1) == first(logged));
  CHECK(watched.gaps == 0);
}

TEST_CASE("what is lost when a file is copied and truncated is told", "[.][auth-log-truncated]") {
  write_log(sshd_line("Server listening on :: port 22."));
  Watched watched;
  append_log(sshd_line(failure_of(0)));
  CHECK(watched.failures_until(0) == first(1));
  watched.site.kill_node("web1");
  append_log(sshd_line(failure_of(1)));
  write_log("");  // nobody has read it, and no copy is there
  append_log(sshd_line(failure_of(2)));
  watched.site.start_node("web1");
  CHECK(watched.failures_until(2) == std::vector<int>{0, 2});
  CHECK(watched.gaps == 1);
}

}  // namespace picket::test
