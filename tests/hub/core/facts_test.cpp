// What the hub makes of a node's word on its host: LS5, and reboots that are due.
#include <cstdint>

#include "hub/core/state.h"
#include "hub/core/stored_node.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using test::kinds_of;
using Kinds = std::vector<std::string>;

constexpr int64_t kBooted = 1'600'000'000'000'000'000;

Kinds kinds(const Updates& updates) {
  Kinds result;
  for (const auto& update : updates) result.push_back(kind_of(update));
  return result;
}

v1::NodeFacts facts(const std::string& boot, int64_t booted_unix_ns = kBooted) {
  v1::NodeFacts facts;
  facts.set_agent_version("0.1.0");
  facts.set_boot_id(boot);
  facts.set_booted_unix_ns(booted_unix_ns);
  return facts;
}

v1::NodeFacts due(v1::NodeFacts facts) {
  facts.set_reboot_required(true);
  facts.add_reboot_reasons("libc6");
  return facts;
}

struct Fixture {
  Updates connect(const v1::NodeFacts& facts, bool quiet = false) {
    return state.connected({.node = "web1",
                            .address = "192.0.2.1:50000",
                            .certificate_expires = {},
                            .facts = facts,
                            .resources = {"host"}},
                           quiet);
  }
  Updates tell(const v1::NodeFacts& facts) {
    v1::ResourceValue value;
    value.set_resource("host");
    value.mutable_health()->mutable_ok()->add_sources("proc");
    *value.mutable_host() = facts;
    return state.value("web1", value);
  }

  test::VirtualClock clock;
  State state{clock, 0};
};

}  // namespace

TEST_CASE("LS5: a boot is told with its true time when the node connects again, before its link") {
  Fixture f;
  CHECK(kinds(f.connect(facts("boot-1"))) == Kinds{"node.connected"});  // no boot of a new node
  f.state.disconnected("web1", "timed_out");
  CHECK(kinds(f.connect(facts("boot-1"))) == Kinds{"node.connected"});
  f.state.disconnected("web1", "timed_out");
  const auto updates = f.connect(facts("boot-2", kBooted + 7));
  REQUIRE(kinds(updates) == Kinds{"node.booted", "host.changed", "node.connected"});
  CHECK(updates[0].at_unix_ns() == kBooted + 7);
  CHECK(updates[0].received_unix_ns() == to_unix_ns(f.clock.wall()));
  CHECK_FALSE(updates[0].event().observed_late());
  CHECK(updates[0].event().has_node());
  CHECK(updates[1].change().host().boot_id() == "boot-2");
  CHECK(updates[2].at_unix_ns() == to_unix_ns(f.clock.wall()));
}

TEST_CASE("LS5: a boot while the hub was down is told after its start, whose nodes come quietly") {
  Fixture before;
  before.connect(facts("boot-1"));
  const auto row = encode_node(*before.state.find("web1"));
  Fixture f;
  f.state.restore("web1", *decode_node(row), f.clock.wall());
  CHECK(kinds(f.connect(facts("boot-2"), true)) == Kinds{"node.booted", "host.changed"});
}

TEST_CASE("a clock that is set moves the time of a boot, and is none") {
  Fixture f;
  f.connect(facts("boot-1"));
  f.tell(facts("boot-1"));
  CHECK(kinds(f.tell(facts("boot-1", kBooted + 1))) == Kinds{"host.changed"});
}

TEST_CASE("a node that does not know its boot, or its time, says what it can") {
  Fixture f;
  f.connect(facts(""));
  CHECK(kinds(f.connect(facts("boot-1"))) == Kinds{"host.changed", "node.connected"});
  const auto updates = f.connect(facts("boot-2", 0));
  REQUIRE(kinds(updates).front() == "node.booted");
  CHECK(updates[0].at_unix_ns() == to_unix_ns(f.clock.wall()));
  CHECK(f.connect(facts("boot-3", -5))[0].at_unix_ns() == to_unix_ns(f.clock.wall()));
}

TEST_CASE("a reboot that becomes due is told once, and again if a boot didn't help") {
  Fixture f;
  f.connect(facts("boot-1"));
  CHECK(kinds(f.tell(facts("boot-1"))) == Kinds{"host.changed"});  // it can be seen
  const auto updates = f.tell(due(facts("boot-1")));
  REQUIRE(kinds(updates) == Kinds{"host.changed", "node.reboot_required"});
  CHECK(updates[1].event().node().reboot_reasons(0) == "libc6");
  CHECK_FALSE(updates[1].event().observed_late());
  CHECK(f.tell(due(facts("boot-1"))).empty());
  CHECK(kinds(f.tell(due(due(facts("boot-1"))))) == Kinds{"host.changed"});  // one reason more
  CHECK(kinds(f.connect(due(due(facts("boot-1"))))) == Kinds{"node.connected"});
  const auto again = f.connect(due(facts("boot-2")));
  REQUIRE(kinds(again) ==
          Kinds{"node.booted", "host.changed", "node.reboot_required", "node.connected"});
  CHECK(again[2].event().observed_late());
  CHECK(kinds(f.tell(facts("boot-2"))) == Kinds{"host.changed", "host.changed"});
}

TEST_CASE(
    "a node with another machine's boot under its name is told as a boot, forgotten, as new") {
  Fixture f;
  f.connect(facts("boot-1"));
  f.state.forgotten("web1");
  CHECK(kinds(f.connect(facts("boot-2"))) == Kinds{"node.connected"});
  CHECK(kinds(f.connect(facts("boot-of-another-machine")))[0] == "node.booted");
}

TEST_CASE("facts over their limits end the link, and reach no client") {
  HubRig rig{{"web1"}};
  auto hello = HubRig::hello();
  for (std::size_t i = 0; i <= limits::kRebootReasonsMax; ++i)
    hello.mutable_hello()->mutable_facts()->add_reboot_reasons("x");
  auto link = rig.node_link("web1");
  link->say(hello);
  CHECK(link->peer.closed->reason == CloseReason::kProtocolError);
  auto longest = HubRig::hello();
  longest.mutable_hello()->mutable_facts()->add_reboot_reasons(
      std::string(limits::kRebootReasonBytesMax, 'x'));
  auto good = rig.node_link("web1");
  good->say(longest);
  CHECK_FALSE(good->peer.closed);
  longest.mutable_hello()->mutable_facts()->add_reboot_reasons(
      std::string(limits::kRebootReasonBytesMax + 1, 'x'));
  auto bad = rig.node_link("web1");
  bad->say(longest);
  CHECK(bad->peer.closed->reason == CloseReason::kProtocolError);
}

}  // namespace picket::hub
