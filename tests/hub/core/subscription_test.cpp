#include <cstdint>

#include "hub/core/subscription.h"

#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using test::kinds_of;
using test::live_subscribe;
using Kinds = std::vector<std::string>;
using Messages = std::vector<v1::HubToClient>;

std::vector<uint64_t> seqs_of(const Messages& messages) {
  std::vector<uint64_t> seqs;
  for (const auto& message : messages) {
    if (message.has_update()) seqs.push_back(message.update().seq());
  }
  return seqs;
}

/// A hub with one node whose sessions come and go; the ring holds about `ring_bytes`.
struct Fixture {
  explicit Fixture(std::size_t ring_bytes = limits::kRingBytesMax)
      : rig({"web1"}, {.dead_after = 15s, .forget_after = {}, .ring_bytes_max = ring_bytes}),
        node(rig.connect_node("web1")) {
    node->say(HubRig::sessions({}));
    rig.settle();
  }
  void login(const std::string& user) {
    node->say(HubRig::sessions({user}));
    node->say(HubRig::sessions({}));
  }
  Messages pull(test::RigLink& client, std::size_t at_once = SIZE_MAX) {
    return client.peer.pull_all<v1::HubToClient>(*client.handler, at_once);
  }
  HubRig rig;
  std::unique_ptr<test::RigLink> node;
};

}  // namespace

TEST_CASE("a live subscriber hears live first and then each update, before it is committed") {
  Fixture f;
  auto client = f.rig.subscriber(live_subscribe());
  const auto first = f.pull(*client);
  REQUIRE(first.size() == 1);
  CHECK(first[0].live().seq() == f.rig.hub->state().last_seq());
  f.login("alice");
  CHECK(kinds_of(f.pull(*client)) ==
        Kinds{"sessions.changed", "session.opened", "sessions.changed", "session.closed"});
}

TEST_CASE("a durable subscriber gets nothing before it is committed") {
  Fixture f;
  auto subscribe = live_subscribe();
  subscribe.set_ceiling(v1::Subscribe::CEILING_DURABLE);
  auto client = f.rig.subscriber(subscribe);
  f.pull(*client);
  f.login("alice");
  CHECK(f.pull(*client).empty());
  f.rig.settle();
  CHECK(f.pull(*client).size() == 4);
}

TEST_CASE("a snapshot is the values as of S, then live S, then what came after S") {
  Fixture f;
  f.node->say(HubRig::sessions({"alice"}));
  f.rig.settle();
  auto subscribe = live_subscribe();
  subscribe.set_snapshot(true);
  auto client = f.rig.subscriber(subscribe);
  const uint64_t as_of = f.rig.hub->state().last_seq();
  f.node->say(HubRig::sessions({}));
  const auto messages = f.pull(*client, 1);
  REQUIRE(messages.size() == 5);
  CHECK(messages[0].node().name() == "web1");
  CHECK(messages[1].rows().sessions().rows(0).user() == "alice");
  CHECK(messages[2].live().seq() == as_of);
  CHECK(kinds_of(messages) == Kinds{"sessions.changed", "session.closed"});
  CHECK(messages[3].update().seq() > as_of);
}

TEST_CASE(
    "a subscriber that reads slowly is served from the ring and then from the journal, complete "
    "and in order") {
  Fixture f(2000);
  auto fast = f.rig.subscriber(live_subscribe());
  auto slow = f.rig.subscriber(live_subscribe());
  std::vector<uint64_t> expected;
  for (int i = 0; i < 200; ++i) {
    f.login("user" + std::to_string(i));
    f.rig.settle();
    for (uint64_t seq : seqs_of(f.pull(*fast))) expected.push_back(seq);
  }
  REQUIRE(expected.size() == 800);
  std::vector<uint64_t> got;
  for (int round = 0; round < 1000 && got.size() < expected.size(); ++round) {
    for (uint64_t seq : seqs_of(f.pull(*slow, 3))) got.push_back(seq);
    f.rig.settle();
  }
  CHECK(got == expected);
}

TEST_CASE(
    "a position that is no longer kept is answered by missed with its range, and then goes on") {
  Fixture f;
  v1::Subscribe subscribe;
  subscribe.set_after_seq(7);
  subscribe.set_ceiling(v1::Subscribe::CEILING_LIVE);
  auto client = f.rig.subscriber(subscribe);
  auto messages = f.pull(*client);
  f.rig.settle();
  for (auto& message : f.pull(*client)) messages.push_back(message);
  REQUIRE(messages.size() >= 2);
  REQUIRE(messages[0].has_missed());
  CHECK(messages[0].missed().first_seq() == 8);
  CHECK(messages[0].missed().last_seq() + 1 == messages[1].update().seq());
  CHECK(messages[1].update().event().kind() == "hub.started");
}

TEST_CASE("who was told what an earlier run never stored is told missed, however many runs ago") {
  JournalContents stored;
  stored.runs = {{.stored_before = 100, .start_seq = 200},
                 {.stored_before = 300, .start_seq = 400}};
  HubRig rig({}, {}, {}, stored);
  const auto missed = [&](uint64_t after_seq) {
    v1::Subscribe subscribe;
    subscribe.set_after_seq(after_seq);
    subscribe.set_ceiling(v1::Subscribe::CEILING_LIVE);
    auto client = rig.subscriber(subscribe);
    const auto messages = client->peer.pull_all<v1::HubToClient>(*client->handler);
    return messages.empty() ? v1::Missed() : messages.front().missed();
  };
  CHECK(missed(150).first_seq() == 151);
  CHECK(missed(150).last_seq() == 200);
  CHECK(missed(301).last_seq() == 400);
  // All that these were told was stored then; this run's journal is another, and empty.
  CHECK(missed(100).last_seq() > 400);
  CHECK(missed(250).last_seq() > 400);
}

TEST_CASE("a saved seq continues right after it") {
  Fixture f;
  auto first = f.rig.subscriber(live_subscribe());
  f.login("alice");
  f.rig.settle();
  const auto seqs = seqs_of(f.pull(*first));
  REQUIRE(seqs.size() == 4);
  for (std::size_t i = 0; i < seqs.size(); ++i) {
    v1::Subscribe subscribe;
    subscribe.set_after_seq(seqs[i]);
    subscribe.set_ceiling(v1::Subscribe::CEILING_DURABLE);
    auto again = f.rig.subscriber(subscribe);
    auto rest = f.pull(*again);
    CHECK(seqs_of(rest) ==
          std::vector<uint64_t>(seqs.begin() + static_cast<long>(i) + 1, seqs.end()));
    CHECK(rest.back().has_live());
  }
}

TEST_CASE("since an age delivers what was received within it") {
  Fixture f;
  f.login("early");
  f.rig.settle();
  f.rig.advance(10min);
  f.login("late");
  f.rig.settle();
  v1::Subscribe subscribe;
  subscribe.set_age_ms(60'000);
  subscribe.set_ceiling(v1::Subscribe::CEILING_LIVE);
  auto client = f.rig.subscriber(subscribe);
  const auto messages = f.pull(*client);
  REQUIRE(kinds_of(messages).size() == 4);
  CHECK(messages[1].update().event().session().session().user() == "late");
}

TEST_CASE("what doesn't match is passed over, and progress says how far") {
  Fixture f;
  auto subscribe = live_subscribe();
  subscribe.mutable_filter()->add_kinds("node.*");
  auto client = f.rig.subscriber(subscribe);
  f.pull(*client);
  for (std::size_t i = 0; i < limits::kProgressEvery / 4; ++i) f.login("alice");
  const auto messages = f.pull(*client);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].progress().seq() == f.rig.hub->state().last_seq());
  f.node->end();
  CHECK(kinds_of(f.pull(*client)) == Kinds{"node.disconnected"});
}

TEST_CASE(
    "filters: kinds by pattern, nodes by name and pattern, the hub's own events have no node") {
  HubRig rig({"web1", "web2", "db1"});
  auto subscribe = live_subscribe();
  SECTION("nodes") {
    subscribe.mutable_filter()->add_nodes("web*");
    auto client = rig.subscriber(subscribe);
    auto web = rig.connect_node("web2");
    auto db = rig.connect_node("db1");
    web->end();
    db->end();
    for (const auto& message : client->peer.pull_all<v1::HubToClient>(*client->handler)) {
      if (message.has_update()) CHECK(message.update().node() == "web2");
    }
  }
  SECTION("a name that no node has is refused") {
    auto client = rig.connect_client();
    v1::ClientToHub request;
    *request.mutable_subscribe() = subscribe;
    request.mutable_subscribe()->mutable_filter()->add_nodes("web7");
    client->say(request);
    const auto replies = client->peer.take<v1::HubToClient>();
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].error().code() == v1::Error::CODE_NO_SUCH_NODE);
  }
}

TEST_CASE(
    "a full ring of uncommitted updates stops reading from nodes until the journal has caught up") {
  Fixture f(500);
  CHECK(f.node->peer.reading);
  for (int i = 0; i < 5; ++i) f.login("alice");
  CHECK_FALSE(f.node->peer.reading);
  f.rig.settle();
  CHECK(f.node->peer.reading);
}

}  // namespace picket::hub
