// The life of a node's certificate on its link, under a clock that is moved: renewed, ended,
// stolen.
#include "hub/core/node_link.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using test::Watched;
using Kinds = std::vector<std::string>;

/// To the last that the node was asked.
v1::NodeToHub probe_reply(test::RigLink& link) {
  v1::NodeToHub reply;
  for (const auto& message : link.peer.take<v1::HubToNode>()) {
    if (message.has_probe()) reply.mutable_probe_reply()->set_id(message.probe().id());
  }
  return reply;
}

}  // namespace

TEST_CASE("a node renews its certificate over its link, which is recorded and shown") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  CHECK(rig.identities.last_used == rig.clock.wall());
  link->peer.sent.clear();
  v1::NodeToHub renew;
  renew.mutable_renew()->set_certificate_request("a request");
  rig.identities.nodes.at("web1").expires = rig.clock.wall() + 1h;
  link->say(renew);
  auto answers = link->peer.take<v1::HubToNode>();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].renewed().certificate() == "certificate for a request");
  CHECK(rig.audit.records.back().action == "node.renew");
  CHECK(rig.audit.records.back().actor == "node web1");
  CHECK(rig.hub->state().find("web1")->certificate_expires == rig.clock.wall() + 1h);

  rig.audit.failing = true;
  link->say(renew);
  CHECK(link->peer.take<v1::HubToNode>().at(0).renewed().refused() != "");
  rig.audit.failing = false;
  rig.identities.disk_full = true;
  link->say(renew);
  CHECK(link->peer.take<v1::HubToNode>().at(0).renewed().refused() == "can't save");
  CHECK_FALSE(link->peer.closed);
  renew.mutable_renew()->clear_certificate_request();
  link->say(renew);  // what is no request is the node's mistake
  CHECK(link->peer.closed->reason == CloseReason::kProtocolError);
}

TEST_CASE("a link ends soon after its certificate has, and the agent is told why") {
  HubRig rig({"web1", "web2"});
  Watched watched(rig);
  auto link = rig.connect_node("web1");
  const auto life = limits::kNodeCertificateValidity;
  rig.advance(life - 1h);
  auto younger = rig.connect_node("web2");
  watched.news();
  CHECK_FALSE(link->peer.closed);
  link->peer.sent.clear();
  rig.advance(1h);
  REQUIRE(link->peer.closed);
  CHECK(to_string(link->peer.closed->reason) == "certificate_expired");
  const auto last = link->peer.take<v1::HubToNode>().back();
  CHECK(last.refusal().reason() == v1::Refusal::REASON_CERTIFICATE_EXPIRED);
  link->end();
  rig.settle();
  CHECK(watched.news() == Kinds{"node.disconnected"});
  CHECK_FALSE(younger->peer.closed);
  younger->end();
  rig.advance(limits::kExpirySweep);
  CHECK(rig.deadlines.size() == 0);  // nobody is looked after when nobody is there
}

TEST_CASE("a clock that jumps ends the links whose certificates it ends") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  rig.clock.jump_wall(limits::kNodeCertificateValidity);
  CHECK_FALSE(link->peer.closed);
  rig.advance(limits::kExpirySweep);
  CHECK(link->peer.closed);
}

TEST_CASE("T11: a revoked certificate that is shown is told and recorded, once a day") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  Watched watched(rig);
  const auto show = [&] {
    auto thief = rig.node_link("web1");
    thief->say(HubRig::hello("copied folder"));
    rig.settle();
    REQUIRE(thief->peer.closed);
    CHECK(thief->peer.closed->reason == CloseReason::kRevoked);
    thief->end();
  };
  rig.identities.revocation_time = rig.clock.wall() + 48h;  // the rig's certificates are of now
  REQUIRE_FALSE(rig.identities.revoke_node("web1"));
  show();
  CHECK(watched.news() == Kinds{"node.refused"});
  CHECK(rig.audit.records.back().action == "node.refuse");
  CHECK(rig.audit.records.back().actor == "node web1 192.0.2.1:51001");
  const std::size_t records = rig.audit.records.size();
  show();
  CHECK(watched.news().empty());
  CHECK(rig.audit.records.size() == records);
  link->end();
  rig.advance(24h);
  watched.news();
  show();
  CHECK(watched.news() == Kinds{"node.refused"});
}

TEST_CASE("T11: a second holder of an identity is an event and a record, with both addresses") {
  HubRig rig({"web1"});
  auto owner = rig.connect_node("web1", "folder");
  auto thief = rig.node_link("web1");
  thief->say(HubRig::hello("copied folder"));
  owner->say(probe_reply(*owner));
  REQUIRE(thief->peer.closed);
  CHECK(thief->peer.closed->reason == CloseReason::kIdentityConflict);
  const auto& record = rig.audit.records.back();
  CHECK(record.action == "node.identity_conflict");
  CHECK_FALSE(record.allowed);
  CHECK(record.actor == "node web1 192.0.2.1:51001");
  CHECK(record.details.at(0).second == "192.0.2.1:51000");
}

}  // namespace picket::hub
