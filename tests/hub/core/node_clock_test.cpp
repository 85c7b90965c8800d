// A node's clock by the answers to the hub's probes, on a virtual clock.
#include "hub/core/node_clock.h"

#include <cstdint>
#include <optional>

#include "common/limits.h"
#include "hub/core/node_items.h"
#include "hub/core/stored_node.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using test::kinds_of;
using test::live_subscribe;
using test::RigLink;
using Kinds = std::vector<std::string>;

/// The probes among what a node was sent.
std::vector<uint64_t> probes(RigLink& link) {
  std::vector<uint64_t> ids;
  for (const auto& message : link.peer.take<v1::HubToNode>()) {
    if (message.has_probe()) ids.push_back(message.probe().id());
  }
  return ids;
}

struct Fixture {
  Fixture() : watcher(rig.subscriber(live_subscribe())) { connect(); }

  void connect() {
    node = rig.connect_node("web1");
    told();
  }
  void answer(uint64_t id, Nanoseconds offset) {
    v1::NodeToHub reply;
    reply.mutable_probe_reply()->set_id(id);
    reply.mutable_probe_reply()->set_now_unix_ns(to_unix_ns(rig.clock.wall() + offset));
    node->say(reply);
  }
  /// Answers the probe that waits, after `way`, and as long again before the hub hears it. What is
  /// told then.
  Kinds probed(Nanoseconds offset, Nanoseconds way = 0ms) {
    const auto ids = probes(*node);
    REQUIRE(ids.size() == 1);
    rig.advance(way);
    v1::NodeToHub reply;
    reply.mutable_probe_reply()->set_id(ids[0]);
    reply.mutable_probe_reply()->set_now_unix_ns(to_unix_ns(rig.clock.wall() + offset));
    rig.advance(way);
    node->say(reply);
    return told();
  }
  Kinds probed_next(Nanoseconds offset, Nanoseconds way = 0ms) {
    rig.advance(limits::kClockProbeEvery);
    return probed(offset, way);
  }
  Kinds told() {
    rig.settle();
    updates = watcher->peer.pull_all<v1::HubToClient>(*watcher->handler);
    return kinds_of(updates);
  }
  std::optional<int64_t> shown_ms() const {
    const auto summary = summarise("web1", *rig.hub->state().find("web1"), std::nullopt);
    if (!summary.has_clock_offset_ms()) return std::nullopt;
    return summary.clock_offset_ms();
  }

  HubRig rig{{"web1"}};
  std::unique_ptr<RigLink> watcher;
  std::unique_ptr<RigLink> node;
  std::vector<v1::HubToClient> updates;
};

}  // namespace

TEST_CASE("a node is asked for its time when it connects and then every minute, one at a time") {
  Fixture f;
  CHECK_FALSE(f.shown_ms());
  CHECK(f.probed(120ms).empty());
  CHECK(f.shown_ms() == 120);
  for (int minute = 0; minute < 3; ++minute) {
    f.rig.advance(limits::kClockProbeEvery);
    CHECK(probes(*f.node).size() == 1);
  }
  f.node->end();
  CHECK_FALSE(f.shown_ms());  // what was true then
  f.rig.advance(1h);
}

TEST_CASE("a clock more than 2 s off is told once, and that it is right again below 1 s") {
  Fixture f;
  CHECK(f.probed(-2500ms) == Kinds{"node.clock_wrong"});
  CHECK(f.updates[0].update().event().node().clock_offset_ms() == -2500);
  CHECK(f.probed_next(-90min).empty());
  CHECK(f.shown_ms() == -90 * 60 * 1000);
  CHECK(f.probed_next(1500ms).empty());
  CHECK(f.probed_next(1s).empty());
  CHECK(f.probed_next(999ms) == Kinds{"node.clock_right"});
  CHECK(f.probed_next(2s).empty());
  CHECK(f.probed_next(2001ms) == Kinds{"node.clock_wrong"});
}

TEST_CASE("what the way may explain is no wrong clock") {
  Fixture f;
  CHECK(f.probed(2400ms, 400ms).empty());
  CHECK(f.shown_ms() == 2400);
  CHECK(f.probed_next(2401ms, 400ms) == Kinds{"node.clock_wrong"});
}

TEST_CASE("a round trip over a second counts only while there is nothing better") {
  Fixture f;
  CHECK(f.probed(4s, 1s) == Kinds{"node.clock_wrong"});
  CHECK(f.probed_next(0s, 501ms) == Kinds{"node.clock_right"});
  CHECK(f.probed_next(100ms, 500ms).empty());
  CHECK(f.shown_ms() == 100);
  CHECK(f.probed_next(9s, 501ms).empty());
  CHECK(f.shown_ms() == 100);
  f.connect();  // another link may be slow for ever
  CHECK(f.probed(9s, 16s).empty());
  CHECK_FALSE(f.shown_ms());
}

TEST_CASE("answers that nobody asked for, that say nothing or come late are nobody's") {
  Fixture f;
  const auto ids = probes(*f.node);
  REQUIRE(ids.size() == 1);
  f.answer(0, 9s);
  f.answer(ids[0] + 1, 9s);
  f.rig.advance(limits::kClockProbeEvery);
  f.answer(ids[0], 9s);  // another question is open by now
  CHECK(f.told().empty());
  CHECK_FALSE(f.shown_ms());
  const auto next = probes(*f.node);
  REQUIRE(next.size() == 1);
  v1::NodeToHub silent;
  silent.mutable_probe_reply()->set_id(next[0]);
  f.node->say(silent);
  f.answer(next[0], 9s);
  CHECK(f.told().empty());
}

TEST_CASE("the hub's own clock may be set between two probes") {
  Fixture f;
  CHECK(f.probed(0s).empty());
  f.rig.clock.jump_wall(1h);
  CHECK(f.probed_next(-1h) == Kinds{"node.clock_wrong"});
}

TEST_CASE("a hub that starts again knows which clocks were wrong, and tells them no second time") {
  Fixture f;
  CHECK(f.probed(1h) == Kinds{"node.clock_wrong"});
  f.rig.settle();
  HubRig again({"web1"}, {}, {}, f.rig.stored());
  const auto link = again.connect_node("web1");
  const auto watcher = again.subscriber(live_subscribe());
  const auto ids = probes(*link);
  REQUIRE(ids.size() == 1);
  v1::NodeToHub reply;
  reply.mutable_probe_reply()->set_id(ids[0]);
  reply.mutable_probe_reply()->set_now_unix_ns(to_unix_ns(again.clock.wall()) + 1);
  link->say(reply);
  again.settle();
  CHECK(kinds_of(watcher->peer.pull_all<v1::HubToClient>(*watcher->handler)) ==
        Kinds{"node.clock_right"});
}

TEST_CASE("a link that is asked whether it lives is asked for its time all the same") {
  Fixture f;
  REQUIRE(probes(*f.node).size() == 1);
  const auto copy = f.rig.connect_node("web1", "another folder");
  const auto ids = probes(*f.node);
  REQUIRE(ids.size() == 1);
  f.rig.advance(1s);
  CHECK_FALSE(copy->peer.closed);
  f.answer(ids[0] - 1, 9s);  // of the clock
  f.rig.settle();
  CHECK_FALSE(copy->peer.closed);
  CHECK(f.shown_ms() == 9500);
  f.answer(ids[0], 9s);
  CHECK(copy->peer.closed->reason == CloseReason::kIdentityConflict);
}

TEST_CASE("times that a hostile node makes up overflow nothing") {
  for (const int64_t now : {INT64_MIN, INT64_MAX, int64_t{-1}, int64_t{1}}) {
    Fixture f;
    const auto ids = probes(*f.node);
    v1::NodeToHub reply;
    reply.mutable_probe_reply()->set_id(ids.at(0));
    reply.mutable_probe_reply()->set_now_unix_ns(now);
    f.node->say(reply);
    CHECK(f.told() == Kinds{"node.clock_wrong"});
  }
}

}  // namespace picket::hub
