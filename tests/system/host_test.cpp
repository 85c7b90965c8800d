// The real programs on a host of their own (tests/support/throwaway_host): logins through a real
// sshd, and a network that goes silent.
#include "tests/support/catch.h"
#include "tests/support/login_host.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a login through a real sshd opens and closes on the pipe of watch", "[.][login]") {
  LoginHost host;
  host.make_utmp();
  host.start_sshd();
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  const Child watch = site.start_picket({"watch", "--json", "--kind", "session.*"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  const Child shell = host.log_in("127.0.0.1");
  wait_until("the login is told", [&] { return contains(read(site / "watch"), "session.opened"); });
  CHECK(contains(read(site / "watch"), "\"user\":\"alice\""));
  CHECK(contains(site.picket({"show", "web1"}).output, "alice"));
  CHECK_FALSE(contains(read(site / "watch"), "session.closed"));
  shell.type("exit\n");
  wait_until("its end is told", [&] { return contains(read(site / "watch"), "session.closed"); });
  CHECK(contains(site.picket({"show", "web1"}).output, "nobody is logged in"));
}

TEST_CASE("a link that goes silent both ways is found dead within dead_after, and heals",
          "[.][half-open]") {
  Site site("dead_after = \"10s\"\n");
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  const std::string port = std::to_string(site.port());
  const auto rules =
      run({"nft", "table inet silence { chain in { type filter hook input priority 0; tcp dport " +
                      port + " drop; tcp sport " + port + " drop; }; }"});
  REQUIRE(rules.status == 0);
  site.await_state("web1", "disconnected", 12s);
  CHECK(site.ask({"nodes", "web1"}).at("reason") == "timed_out");
  wait_until(
      "the agent knows, too", [&] { return contains(site.node_log("web1"), "hub link closed"); },
      10s);
  REQUIRE(run({"nft", "delete", "table", "inet", "silence"}).status == 0);
  site.await_state("web1", "connected", 20s);
}

}  // namespace picket::test
