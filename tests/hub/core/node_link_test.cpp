#include "hub/core/node_link.h"

#include "hub/core/stored_node.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using test::Watched;
using Kinds = std::vector<std::string>;

v1::NodeToHub probe_reply() {
  v1::NodeToHub message;
  message.mutable_probe_reply()->set_id(1);
  return message;
}
v1::NodeToHub refreshed() {
  v1::NodeToHub message;
  message.mutable_refreshed()->set_id(1);
  *message.mutable_refreshed()->mutable_value() = HubRig::sessions({"x"}).value();
  return message;
}
v1::NodeToHub goodbye() {
  v1::NodeToHub message;
  message.mutable_goodbye()->set_reason("stopped");
  return message;
}

}  // namespace

TEST_CASE("which message a node may send in which state (T1)") {
  HubRig rig({"web1"});
  const std::vector<std::pair<std::string, v1::NodeToHub>> messages = {
      {"hello", HubRig::hello()},     {"value", HubRig::sessions({})}, {"refreshed", refreshed()},
      {"probe_reply", probe_reply()}, {"goodbye", goodbye()},          {"unknown", {}}};
  // Before hello only hello; after the welcome everything but hello. What this version doesn't know
  // is skipped.
  for (const auto& [name, message] : messages) {
    auto link = rig.node_link("web1");
    link->say(message);
    INFO(name);
    CHECK(link->peer.closed.has_value() == (name != "hello"));
    if (link->peer.closed) CHECK(link->peer.closed->reason == CloseReason::kProtocolError);
    link->end();
  }
  for (const auto& [name, message] : messages) {
    auto link = rig.connect_node("web1");
    link->say(message);
    INFO(name);
    CHECK(link->peer.closed.has_value() == (name == "hello" || name == "goodbye"));
    link->end();
  }
}

TEST_CASE("bytes that are no message end that link with bad_frame, and nothing else (SM18)") {
  HubRig rig({"web1", "web2"});
  auto bystander = rig.connect_node("web2");
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff\xff\xff\xff\xff"), std::string(8, '\0'),
        std::string("\x0a\xff"), std::string("\x0b\x0b\x0b")}) {
    auto link = rig.node_link("web1");
    link->handler->on_frame(bytes);
    REQUIRE(link->peer.closed);
    CHECK(link->peer.closed->reason == CloseReason::kBadFrame);
    link->end();
  }
  CHECK_FALSE(bystander->peer.closed);
  CHECK(rig.hub->node_links().size() == 1);
}

TEST_CASE("a node speaks only about itself and the resources it announced (T1)") {
  HubRig rig({"web1", "web2"});
  auto other = rig.connect_node("web2");
  auto link = rig.connect_node("web1");
  link->say(HubRig::sessions({"alice"}));
  CHECK(rig.hub->state().find("web1")->resources.at("sessions").sessions.size() == 1);
  CHECK(rig.hub->state().find("web2")->resources.at("sessions").sessions.empty());
  auto foreign = HubRig::sessions({"mallory"});
  foreign.mutable_value()->set_resource("disks");
  link->say(foreign);
  CHECK(link->peer.closed->reason == CloseReason::kProtocolError);
  CHECK_FALSE(rig.hub->state().find("web1")->resources.contains("disks"));
}

TEST_CASE("a node without a common protocol version is told so on both sides (T5)") {
  HubRig rig({"web1"});
  auto link = rig.node_link("web1");
  auto hello = HubRig::hello();
  hello.mutable_hello()->mutable_peer()->set_protocol_min(2);
  hello.mutable_hello()->mutable_peer()->set_protocol_max(3);
  link->say(hello);
  const auto replies = link->peer.take<v1::HubToNode>();
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].refusal().reason() == v1::Refusal::REASON_PROTOCOL_VERSION);
  CHECK(replies[0].refusal().text().find("2 to 3") != std::string::npos);
  CHECK(link->peer.closed->reason == CloseReason::kProtocolVersion);
}

TEST_CASE("the welcome names the node by its certificate and marks it connected") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  const auto replies = link->peer.take<v1::HubToNode>();
  REQUIRE(replies.size() == 2);
  CHECK(replies[1].has_probe());  // what time is it?
  CHECK(replies[0].welcome().node() == "web1");
  CHECK(rig.hub->state().find("web1")->state == v1::NodeSummary::STATE_CONNECTED);
  link->end({CloseReason::kTimedOut, {}});
  CHECK(rig.hub->state().find("web1")->state == v1::NodeSummary::STATE_DISCONNECTED);
  CHECK(rig.hub->state().find("web1")->reason == "timed_out");
}

TEST_CASE("a name that was never issued here, or was revoked, is refused (T11)") {
  HubRig rig({"web1"});
  auto stranger = rig.node_link("web9");
  stranger->say(HubRig::hello());
  CHECK(stranger->peer.take<v1::HubToNode>().at(0).refusal().reason() ==
        v1::Refusal::REASON_UNKNOWN_NODE);
  CHECK(stranger->peer.closed->reason == CloseReason::kForgotten);
  auto live = rig.connect_node("web1");
  rig.identities.revocation_time = rig.clock.wall();
  REQUIRE_FALSE(rig.identities.revoke_node("web1"));
  rig.hub->on_revoked("web1");
  CHECK(live->peer.closed->reason == CloseReason::kRevoked);
  live->end();
  CHECK(rig.hub->state().find("web1")->state == v1::NodeSummary::STATE_REVOKED);
  auto again = rig.node_link("web1");
  again->say(HubRig::hello());
  CHECK(again->peer.closed->reason == CloseReason::kRevoked);
}

TEST_CASE(
    "nodes that come back within the quiet time after a start make no noise, the others are told") {
  HubRig before({"back", "gone", "never"});
  auto was_back = before.connect_node("back");
  auto was_gone = before.connect_node("gone");
  was_gone->say(HubRig::sessions({"alice"}));
  before.settle();
  HubRig rig({"back", "gone", "never"}, {}, {}, before.stored());
  const auto* gone_now = rig.hub->state().find("gone");
  CHECK(gone_now->state == v1::NodeSummary::STATE_DISCONNECTED);
  CHECK(gone_now->reason == kHubStopped);
  CHECK(gone_now->resources.at("sessions").sessions.contains("alice"));
  Watched watched(rig);
  auto back = rig.connect_node("back");
  CHECK(watched.news().empty());
  rig.advance(limits::kDeadAfter + limits::kStartQuiet);
  CHECK(watched.news() == Kinds{"node.disconnected"});
  CHECK(gone_now->reason == "not_seen_since_hub_start");
  CHECK(rig.hub->state().find("never")->state == v1::NodeSummary::STATE_NOT_SEEN);
  auto gone = rig.connect_node("gone");
  CHECK(watched.news() == Kinds{"node.connected"});
}

TEST_CASE("a hub that stops says nothing of its nodes, and the next one what became of them") {
  HubRig before({"web1"});
  auto link = before.connect_node("web1");
  link->say(HubRig::sessions({"alice"}));
  before.settle();
  before.hub->stop();
  link->end();
  before.settle();
  HubRig rig({"web1"}, {}, {}, before.stored());
  Watched watched(rig);
  auto again = rig.connect_node("web1");
  again->say(HubRig::sessions({"bob"}));
  rig.settle();
  CHECK(watched.news() ==
        Kinds{"sessions.changed", "session.closed", "session.opened", "sessions.changed"});
}

TEST_CASE("a row of a node that can't be read, or that was forgotten since, is left out") {
  JournalContents stored;
  stored.nodes.push_back({"web1", "not a row"});
  stored.nodes.push_back({"old", encode_node(NodeRecord())});
  HubRig rig({"web1"});
  const auto troubles = rig.hub->restore(stored);
  REQUIRE(troubles.size() == 1);
  CHECK(troubles[0].find("web1") != std::string::npos);
  CHECK(rig.hub->state().find("old") == nullptr);
  rig.settle();
  CHECK(rig.journal.nodes.at("old").empty());  // its row goes
}

TEST_CASE("a newer link of the same agent replaces the old one without an event") {
  HubRig rig({"web1"});
  rig.advance(limits::kDeadAfter + limits::kStartQuiet);
  Watched watched(rig);
  auto old = rig.connect_node("web1", "folder");
  CHECK(watched.news() == Kinds{"node.connected"});
  auto newer = rig.connect_node("web1", "folder");
  CHECK(old->peer.closed->reason == CloseReason::kReplaced);
  old->end();
  CHECK(watched.news().empty());
  CHECK(rig.hub->state().find("web1")->state == v1::NodeSummary::STATE_CONNECTED);
  newer->say(HubRig::sessions({"alice"}));
  CHECK(rig.hub->state().find("web1")->resources.at("sessions").sessions.size() == 1);
}

TEST_CASE(
    "two holders of one identity: the old one is asked, and if it answers the new one is refused "
    "and told of (T11)") {
  HubRig rig({"web1"});
  rig.advance(limits::kDeadAfter + limits::kStartQuiet);
  auto old = rig.connect_node("web1", "folder");
  Watched watched(rig);
  old->peer.sent.clear();
  auto copy = rig.connect_node("web1", "copied folder");
  const auto asked = old->peer.take<v1::HubToNode>();
  REQUIRE(asked.size() == 1);
  REQUIRE(asked[0].has_probe());
  CHECK(copy->peer.sent.empty());

  SECTION("it answers") {
    v1::NodeToHub reply;
    reply.mutable_probe_reply()->set_id(asked[0].probe().id());
    old->say(reply);
    CHECK(watched.news() == Kinds{"node.identity_conflict"});
    const auto refusal = copy->peer.take<v1::HubToNode>().at(0).refusal();
    CHECK(refusal.reason() == v1::Refusal::REASON_IDENTITY_CONFLICT);
    CHECK(refusal.retry_after_ms() == 60'000);
    CHECK_FALSE(old->peer.closed);
    copy->end();
    // The same copy again is refused again, but told of only once an hour.
    auto again = rig.connect_node("web1", "copied folder");
    reply.mutable_probe_reply()->set_id(asked[0].probe().id() + 1);
    old->say(reply);
    CHECK(again->peer.closed->reason == CloseReason::kIdentityConflict);
    CHECK(watched.news().empty());
  }
  SECTION("it is silent") {
    rig.advance(limits::kProbeTimeout);
    CHECK(old->peer.closed->reason == CloseReason::kTimedOut);
    CHECK(copy->peer.take<v1::HubToNode>().at(0).has_welcome());
    old->end();
    CHECK(watched.news().empty());
  }
  SECTION("it goes meanwhile") {
    old->end();
    CHECK(copy->peer.take<v1::HubToNode>().at(0).has_welcome());
    rig.advance(limits::kProbeTimeout);
    CHECK(rig.hub->state().find("web1")->state == v1::NodeSummary::STATE_CONNECTED);
  }
  SECTION("the new one goes meanwhile") {
    copy->end();
    rig.advance(limits::kProbeTimeout);
    CHECK_FALSE(old->peer.closed);
  }
}

TEST_CASE("a stopping agent says so: the node is disconnected because its peer stopped") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  link->say(goodbye());
  link->end();
  CHECK(rig.hub->state().find("web1")->reason == "peer_stopped");
}

TEST_CASE("a value in parts counts once it is complete, parts out of order end the link") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  auto part = HubRig::sessions({"alice"});
  part.mutable_value()->set_parts(2);
  link->say(part);
  CHECK(rig.hub->state().find("web1")->resources.at("sessions").sessions.empty());
  auto second = HubRig::sessions({"bob"});
  second.mutable_value()->set_parts(2);
  second.mutable_value()->set_part(1);
  link->say(second);
  CHECK(rig.hub->state().find("web1")->resources.at("sessions").sessions.size() == 2);
  link->say(second);
  CHECK(link->peer.closed->reason == CloseReason::kProtocolError);
}

TEST_CASE("a new forget_after counts for nodes that are gone already, in both directions") {
  HubRig rig({"web1", "web2"}, {.dead_after = 15s, .forget_after = 300s});
  rig.connect_node("web1")->end();
  rig.advance(100s);
  rig.hub->set_settings({.dead_after = 15s, .forget_after = {}});
  rig.advance(300s);
  CHECK(rig.hub->state().find("web1") != nullptr);
  rig.connect_node("web2")->end();
  rig.hub->set_settings({.dead_after = 15s, .forget_after = 60s});
  rig.advance(0s);
  CHECK(rig.hub->state().find("web1") == nullptr);
  rig.advance(59s);
  CHECK(rig.hub->state().find("web2") != nullptr);
  rig.advance(1s);
  CHECK(rig.hub->state().find("web2") == nullptr);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("forget_after takes a node off the list that stays away, not one that came back (SM3)") {
  HubRig rig({"web1", "web2"},
             {.dead_after = 15s, .forget_after = 300s, .ring_bytes_max = 1 << 20});
  auto away = rig.connect_node("web1");
  auto back = rig.connect_node("web2");
  away->end();
  back->end();
  rig.advance(299s);
  CHECK(rig.hub->state().find("web1") != nullptr);
  auto again = rig.connect_node("web2");
  rig.advance(1s);
  CHECK(rig.hub->state().find("web1") == nullptr);
  CHECK(rig.hub->state().find("web2")->state == v1::NodeSummary::STATE_CONNECTED);
}

}  // namespace picket::hub
