// SIGHUP: both daemons take over what can change while they run, and stay as they are on a bad
// file.
#include <signal.h>
#include <unistd.h>

#include "common/audit_verify.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

struct ReloadedSite : Site {
  ReloadedSite() : Site(), hub_toml(read(*this / "hub.toml")) {
    REQUIRE(init().status == 0);
    start_hub();
  }
  /// The hub's file is as it was and has these lines more; returns once the hub has read it.
  void reload_hub(const std::string& more) {
    write(*this / "hub.toml", hub_toml + more);
    const std::size_t before = answers();
    hub().signal(SIGHUP);
    wait_until("the hub has read its file again", [&] { return answers() > before; });
  }
  std::size_t answers() const {
    return count_of(hub_log(), "configuration read again") +
           count_of(hub_log(), "configuration not taken over");
  }
  void reload_node(const std::string& more) {
    write(*this / "web1.toml", "state_folder = \"" + (*this / "web1") + "\"\n" + more);
    node("web1").signal(SIGHUP);
  }
  std::string health_of_sessions() const {
    const Json node = ask({"nodes", "web1"});
    for (const auto& collector : node.at("collectors")) {
      if (collector.at("resource") == "sessions") return collector.at("health").at("state");
    }
    return {};
  }

  std::string hub_toml;
};

}  // namespace

TEST_CASE("SIGHUP: a hub takes over a new log level and limits, and names what needs a restart") {
  ReloadedSite site;
  site.add_node("web1");
  site.reload_hub("dead_after = \"20s\"\n[log]\nlevel = \"debug\"\n");
  CHECK(contains(site.hub_log(), "changed=\"dead_after log.level\""));
  CHECK_FALSE(contains(site.hub_log(), "needs a restart"));
  CHECK(site.ask({"status"}).at("degraded") == false);
  CHECK(site.state_of("web1") == "connected");

  site.hub_toml = "socket_group = \"\"\nsocket = \"" + site.socket() + "\"\nlisten = [\"*:1\"]\n" +
                  "state_folder = \"" + (site / "hub") + "\"\n";
  site.reload_hub("");
  CHECK(contains(site.hub_log(), "needs a restart to be in force keys=listen"));
  CHECK(contains(read(site / "hub/audit.jsonl"), "\"action\":\"config.reload\""));
  CHECK(verify_audit_log(site / "hub/audit.jsonl"));
}

TEST_CASE("SIGHUP: a bad file leaves the hub as it was, status says degraded until it is mended") {
  ReloadedSite site;
  site.reload_hub("forget_after = 7\nlisen = []\n");
  CHECK(contains(site.hub_log(), "hub.toml:5: forget_after: "));
  CHECK(contains(site.hub_log(), "hub.toml:6: lisen: unknown key"));
  const Json status = site.ask({"status"});  // exit status 0: the hub is at work
  CHECK(status.at("degraded") == true);
  CHECK(contains(status.at("config_error"), "hub.toml:5: forget_after: "));
  const CommandResult shown = site.picket({"status"});
  CHECK(shown.status == 0);
  CHECK(contains(shown.output, "DEGRADED"));
  CHECK(contains(shown.output, "hub.toml:6: lisen: unknown key"));

  site.reload_hub("");
  CHECK(site.ask({"status"}).at("degraded") == false);
  CHECK_FALSE(contains(site.picket({"status"}).output, "DEGRADED"));
}

TEST_CASE("SIGHUP: an agent takes up and leaves off watching, and stays as it was on a bad file") {
  ReloadedSite site;
  site.add_node("web1");
  wait_until("sessions are watched", [&] { return site.health_of_sessions() == "ok"; });
  site.reload_node("[sessions]\nenabled = false\n");
  wait_until("they are not", [&] { return site.health_of_sessions() == "not_monitored"; });
  site.reload_node("[sessions]\nenabled = 7\n");
  wait_until("it says so",
             [&] { return contains(site.node_log("web1"), "web1.toml:3: sessions.enabled: "); });
  CHECK(site.health_of_sessions() == "not_monitored");
  CHECK(site.picket({"show", "web1"}).status == 0);
  site.reload_node("");
  wait_until("sessions are watched again", [&] { return site.health_of_sessions() == "ok"; });
  CHECK(site.state_of("web1") == "connected");
}

TEST_CASE("SIGHUP: an agent goes to the hub's new address when its link has ended") {
  ReloadedSite site;
  REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
  site.start_node("web1", "hub = [\"127.0.0.1:1\"]\n");
  wait_until("it does not reach it",
             [&] { return contains(site.node_log("web1"), "hub not reached"); });
  site.reload_node("hub = [\"" + site.address() + "\"]\n");
  site.await_state("web1", "connected");
}

TEST_CASE("SIGHUP: rights are given and taken away while the hub runs") {
  PICKET_NEEDS_ROOT();  // for another user
  ReloadedSite site;
  const Words as_other = {"setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"};
  run({"chmod", "-R", "o+rwX", site / "run"});
  run({"chmod", "o+x", site / ""});
  const auto status = [&] {
    Words words = as_other;
    words.insert(words.end(), {program("picket"), "--socket", site.socket(), "status"});
    return run(words).status;
  };
  CHECK(status() == 5);
  site.reload_hub("[access]\nobserve = [\"uid:54321\"]\n");
  CHECK(status() == 0);
  site.reload_hub("");
  CHECK(status() == 5);
}

}  // namespace picket::test
