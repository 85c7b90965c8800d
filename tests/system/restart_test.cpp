// Programs that are killed, stopped for a while, or cut off, and come back.
#include <signal.h>

#include <cstdint>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// The kinds of all events that the hub still has.
std::string kept_events(const Site& site) {
  Child watch = site.start_picket({"watch", "--since", "1h", "--json"}, "kept");
  wait_until("watch is up to date", [&] { return count(read(site / "kept"), "\"live\"") == 1; });
  watch.signal(SIGTERM);
  watch.wait();
  const std::string text = read(site / "kept");
  write(site / "kept", "");
  return text;
}

}  // namespace

TEST_CASE("a killed hub is back with its nodes, quietly, and watchers go on") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  site.add_node("web2");
  const Child watch = site.start_picket({"watch"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  site.kill_hub();
  wait_until("watch says so", [&] { return count(read(site / "watch"), "lost, waiting") == 1; });
  CHECK(site.picket({"nodes"}).status == 4);
  site.start_hub();
  site.await_state("web1", "connected", 15s);
  site.await_state("web2", "connected", 15s);
  CHECK(site.ask({"show", "web1"}).contains("sessions"));
  wait_until("watch goes on", [&] { return count(read(site / "watch"), "hub back") == 1; }, 15s);
  wait_until("watch tells the start",
             [&] { return count(read(site / "watch"), "hub started") == 1; });
  const std::string events = kept_events(site);
  // Those of before are still there; the start made no noise but its own.
  CHECK(count(events, "hub.started") == 2);
  CHECK(count(events, "node.connected") == 2);
  CHECK(count(events, "node.disconnected") == 0);
}

TEST_CASE("seq never goes back, also when the hub was killed") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  const uint64_t before = site.ask({"status"}).at("seq");
  site.kill_hub();
  site.start_hub();
  CHECK(site.ask({"status"}).at("seq").get<uint64_t>() > before);
}

TEST_CASE("a killed agent is disconnected at once and takes its place again when it starts") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  site.kill_node("web1");
  site.await_state("web1", "disconnected", 2s);
  site.start_node("web1");
  site.await_state("web1", "connected");
  const std::string events = kept_events(site);
  CHECK(count(events, "node.disconnected") == 1);
  CHECK(count(events, "node.connected") == 2);
}

TEST_CASE("an agent that stands still is found dead within dead_after, and comes back by itself") {
  Site site("dead_after = \"10s\"\n");
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  site.node("web1").signal(SIGSTOP);
  site.await_state("web1", "disconnected", 12s);
  CHECK(site.ask({"nodes", "web1"}).at("reason") == "timed_out");
  site.node("web1").signal(SIGCONT);
  site.await_state("web1", "connected", 15s);
}

TEST_CASE("a hub that stood still longer than dead_after takes no node for dead") {
  Site site("dead_after = \"10s\"\n");
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  site.hub().signal(SIGSTOP);
  CHECK_FALSE(site.hub().wait_for(12s));
  site.hub().signal(SIGCONT);
  site.await_state("web1", "connected", 15s);
  CHECK_FALSE(site.hub().wait_for(6s));  // a keep-alive later, still
  CHECK(site.state_of("web1") == "connected");
  CHECK(count(site.hub_log(), "timed_out") == 0);
}

}  // namespace picket::test
