#include <cstdint>

#include "hub/core/state.h"

#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using test::HubRig;
using test::VirtualClock;

struct Fixture {
  VirtualClock clock;
  State state{clock, 0};

  Updates connect(bool quiet = false) {
    Connected connected{.node = "web1",
                        .address = "192.0.2.1:50000",
                        .certificate_expires = {},
                        .facts = {},
                        .resources = {"sessions"}};
    return state.connected(connected, quiet);
  }
  Updates sessions(const std::vector<std::string>& users) {
    return state.value("web1", HubRig::sessions(users).value());
  }
  Updates fail() {
    v1::ResourceValue value;
    value.set_resource("sessions");
    value.mutable_health()->mutable_failed()->set_reason("no permission");
    return state.value("web1", value);
  }
};

std::vector<std::string> kinds(const Updates& updates) {
  std::vector<std::string> result;
  for (const auto& update : updates) result.push_back(kind_of(update));
  return result;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "seq starts above whatever an earlier run or a restored backup can have used, below 2^53") {
  VirtualClock clock;
  const uint64_t by_clock = static_cast<uint64_t>(to_unix_ns(clock.wall()) / 1'000'000) * 1024;
  CHECK(State(clock, 0).last_seq() + 1 == by_clock);
  CHECK(State(clock, by_clock + 5).last_seq() + 1 == by_clock + 5 + (1U << 20U));
  CHECK(by_clock < (uint64_t{1} << 53U));
  clock.jump_wall(std::chrono::hours(24 * 365 * 200));
  CHECK(State(clock, 0).last_seq() < (uint64_t{1} << 53U));
}

TEST_CASE("the first value of a node says who is on, and tells of no login") {
  Fixture f;
  CHECK(kinds(f.connect()) == Kinds{"node.connected"});
  const auto updates = f.sessions({"alice", "bob"});
  CHECK(kinds(updates) == Kinds{"sessions.changed", "sessions.changed"});  // rows, then health
  CHECK(updates[0].change().sessions().added_size() == 2);
  CHECK(updates[1].change().health().has_ok());
}

TEST_CASE("a session that comes and goes is told once each, with its row") {
  Fixture f;
  f.connect();
  f.sessions({});
  const auto opened = f.sessions({"alice"});
  CHECK(kinds(opened) == Kinds{"sessions.changed", "session.opened"});
  CHECK(opened[1].event().session().session().user() == "alice");
  CHECK_FALSE(opened[1].event().observed_late());
  CHECK(f.sessions({"alice"}).empty());
  const auto closed = f.sessions({});
  CHECK(kinds(closed) == Kinds{"sessions.changed", "session.closed"});
  CHECK(closed[1].event().session().session().user() == "alice");
  CHECK(closed[0].seq() < closed[1].seq());
  CHECK(opened[1].seq() < closed[0].seq());
}

TEST_CASE("a row that changed is a change and no event") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  auto value = HubRig::sessions({"alice"}).value();
  value.mutable_sessions()->mutable_rows(0)->set_tty("pts/1");
  const auto updates = f.state.value("web1", value);
  CHECK(kinds(updates) == Kinds{"sessions.changed"});
  CHECK(updates[0].change().sessions().changed_size() == 1);
}

TEST_CASE("idle times never make an update") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  auto value = HubRig::sessions({"alice"}).value();
  value.mutable_sessions()->mutable_rows(0)->set_idle_ms(5000);
  CHECK(f.state.value("web1", value).empty());
}

TEST_CASE("what changed across an outage is told once, as observed late") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  CHECK(kinds(f.state.disconnected("web1", "timed_out")) == Kinds{"node.disconnected"});
  CHECK(f.state.disconnected("web1", "timed_out").empty());
  f.connect();
  const auto updates = f.sessions({"bob"});
  // Rows, then what follows from them, then that the collector sees again.
  CHECK(kinds(updates) ==
        Kinds{"sessions.changed", "session.closed", "session.opened", "sessions.changed"});
  CHECK(updates[1].event().observed_late());
  CHECK(updates[2].event().observed_late());
  CHECK_FALSE(f.sessions({"bob", "carol"})[1].event().observed_late());
}

TEST_CASE("a collector that can't see closes no session, what it missed is told late") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  CHECK(kinds(f.fail()) == Kinds{"sessions.changed", "collector.failed"});
  CHECK(f.fail().empty());
  CHECK(f.state.find("web1")->resources.at("sessions").sessions.size() == 1);
  const auto updates = f.sessions({});
  CHECK(kinds(updates) ==
        Kinds{"sessions.changed", "session.closed", "sessions.changed", "collector.recovered"});
  CHECK(updates[1].event().observed_late());
}

TEST_CASE("a collector that is switched off has no rows, and nobody left because of that") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  v1::ResourceValue value;
  value.set_resource("sessions");
  value.mutable_health()->mutable_not_monitored();
  const auto updates = f.state.value("web1", value);
  CHECK(kinds(updates) == Kinds{"sessions.changed", "sessions.changed"});
  CHECK(f.state.find("web1")->resources.at("sessions").sessions.empty());
  CHECK(kinds(f.sessions({"alice"})) == Kinds{"sessions.changed", "sessions.changed"});
}

TEST_CASE("a node that has connected again has yet to look: its last rows are not its state") {
  Fixture f;
  f.connect();
  f.sessions({});
  const auto health = [&] {
    return f.state.find("web1")->resources.at("sessions").current_health(true);
  };
  CHECK(health().has_ok());
  f.state.disconnected("web1", "timed_out");
  f.connect();
  CHECK(health().has_initialising());
  CHECK(kinds(f.sessions({})) == Kinds{"sessions.changed"});  // that it sees
  CHECK(health().has_ok());
  CHECK(f.sessions({}).empty());
}

TEST_CASE(
    "a collector that begins anew is told so, what it finds then is late, and its recovery told") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  const auto begin_anew = [&] {
    v1::ResourceValue value;
    value.set_resource("sessions");
    value.mutable_health()->mutable_initialising();
    return f.state.value("web1", value);
  };
  CHECK(kinds(begin_anew()) == Kinds{"sessions.changed"});
  CHECK(begin_anew().empty());
  const auto updates = f.sessions({"bob"});
  REQUIRE(updates.size() == 4);
  CHECK(updates[1].event().observed_late());
  f.fail();
  begin_anew();
  CHECK(kinds(f.sessions({"bob"})) == Kinds{"sessions.changed", "collector.recovered"});
}

TEST_CASE("a resource that a node no longer names goes, and nobody logged out because of that") {
  Fixture f;
  f.connect();
  f.sessions({"alice"});
  f.state.disconnected("web1", "peer_stopped");
  const Connected without{.node = "web1",
                          .address = "192.0.2.1:50001",
                          .certificate_expires = {},
                          .facts = {},
                          .resources = {"other"}};
  CHECK(kinds(f.state.connected(without, false)) ==
        Kinds{"node.connected", "sessions.changed", "sessions.changed"});
  CHECK(f.state.find("web1")->resources.size() == 1);
}

TEST_CASE("a refresh changes no health in silence") {
  Fixture f;
  f.connect();
  f.sessions({});
  auto value = HubRig::sessions({}).value();
  value.mutable_health()->mutable_ok()->add_sources("logind");
  f.state.refreshed("web1", value);
  CHECK(f.state.find("web1")->resources.at("sessions").health.ok().sources_size() == 1);
}

TEST_CASE("a change larger than a frame travels as several updates") {
  Fixture f;
  f.connect();
  f.sessions({});
  v1::ResourceValue value = HubRig::sessions({}).value();
  for (int i = 0; i < 3000; ++i) value.mutable_sessions()->add_rows()->set_key(std::to_string(i));
  const auto updates = f.state.value("web1", value);
  int added = 0;
  int opened = 0;
  for (const auto& update : updates) {
    added += update.change().sessions().added_size();
    opened += update.event().has_session() ? 1 : 0;
    CHECK(update.change().sessions().added_size() <= 2048);
  }
  CHECK(added == 3000);
  CHECK(opened == 3000);
}

}  // namespace picket::hub
