#include "hub/core/join.h"

#include <string>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/fake_identities.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_audit.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using Refusal = v1::JoinRefusal;

constexpr const char* kSecret = "canary-of-secret";  // 16 bytes

/// Admits web1 by kSecret, once.
class FakeAuthority final : public JoinAuthority {
 public:
  std::variant<std::string, JoinRefused> check(std::string_view secret,
                                               std::string_view /*request_der*/) const override {
    if (secret != kSecret) return JoinRefused{Refusal::REASON_UNKNOWN_TOKEN, "unknown", ""};
    if (used) return JoinRefused{Refusal::REASON_TOKEN_USED, "used", "web1"};
    return "web1";
  }
  std::variant<v1::Joined, JoinRefused> redeem(std::string_view secret,
                                               std::string_view request_der) override {
    auto checked = check(secret, request_der);
    if (auto* refused = std::get_if<JoinRefused>(&checked)) return *refused;
    if (disk_full) return JoinRefused{Refusal::REASON_BUSY, "can't save", "web1"};
    used = true;
    v1::Joined joined;
    joined.set_node("web1");
    joined.set_certificate(std::string(request_der));
    return joined;
  }
  std::variant<NodeCertificate, JoinRefused> identify(const v1::JoinRequest& asked,
                                                      std::string_view channel) const override {
    if (asked.proof() == "proof on " + std::string(channel)) {
      return NodeCertificate{asked.certificate(), {}, {}};
    }
    return JoinRefused{Refusal::REASON_BAD_REQUEST, "no proof", ""};
  }
  bool used = false;
  bool disk_full = false;
};

v1::Peer hub_peer() {
  v1::Peer peer;
  peer.set_protocol_min(2);
  peer.set_protocol_max(3);
  peer.set_version("0.2.0");
  return peer;
}

struct Rig {
  FakeAuthority authority;
  test::MemoryAudit audit;
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  v1::Peer self = hub_peer();
  test::FakeIdentities identities;
  Renewals renewals{identities, audit, clock};
  Join join{authority, renewals, audit, clock, self};

  JoinAnswer ask(const v1::JoinRequest& request) {
    return join.answer(request.SerializeAsString(), "192.0.2.7");
  }
};

v1::JoinRequest request(std::string_view secret = kSecret) {
  v1::JoinRequest made;
  made.mutable_peer()->set_protocol_min(1);
  made.mutable_peer()->set_protocol_max(2);
  made.set_secret(std::string(secret));
  made.set_certificate_request("request");
  return made;
}

}  // namespace

TEST_CASE("whoever has the token joins, and it is recorded before") {
  Rig rig;
  const auto answer = rig.ask(request());
  REQUIRE(answer.reply.has_joined());
  CHECK(answer.joined == "web1");
  CHECK(answer.reply.joined().certificate() == "request");
  CHECK(answer.reply.hub_unix_ns() == 1'800'000'000'000'000'000);
  REQUIRE(rig.audit.records.size() == 1);
  const auto& record = rig.audit.records.front();
  CHECK(record.actor == "join 192.0.2.7");
  CHECK(record.action == "node.join");
  CHECK(record.object == "web1");
  CHECK(record.allowed);
  CHECK(record.outcome == "done");
}

TEST_CASE("of two with one token the second is refused, with the reason") {
  Rig rig;
  CHECK(rig.ask(request()).joined == "web1");
  const auto second = rig.ask(request());
  CHECK(second.joined.empty());
  CHECK(second.reply.refused().reason() == Refusal::REASON_TOKEN_USED);
  REQUIRE(rig.audit.records.size() == 2);
  CHECK(rig.audit.records.back().object == "web1");
  CHECK_FALSE(rig.audit.records.back().allowed);
  CHECK(rig.audit.records.back().outcome == "used");
}

TEST_CASE("what is no request to join is refused") {
  Rig rig;
  for (const std::string& payload :
       {std::string("\xff\xff"), std::string("\x0a\x7f"), std::string(1, '\x07')}) {
    const auto answer = rig.join.answer(payload, "192.0.2.7");
    CHECK(answer.reply.refused().reason() == Refusal::REASON_BAD_REQUEST);
  }
  auto large = request();
  large.set_certificate_request(std::string(limits::kJoinBytesMax, 'x'));
  CHECK(rig.ask(large).reply.refused().text() == "this is not a request to join");
  CHECK_FALSE(rig.authority.used);
}

TEST_CASE("whoever asks for the time only gets it, whatever its version, and nothing is recorded") {
  Rig rig;
  v1::JoinRequest question;
  question.set_time_only(true);
  const auto answer = rig.ask(question);
  CHECK(answer.time_only);
  CHECK(answer.reply.hub_unix_ns() == 1'800'000'000'000'000'000);
  CHECK(answer.reply.result_case() == v1::JoinReply::RESULT_NOT_SET);
  CHECK(answer.joined.empty());
  CHECK_FALSE(rig.ask(request()).time_only);
  auto both = request();
  both.set_time_only(true);
  CHECK(rig.ask(both).joined.empty());
  CHECK(rig.audit.records.size() == 1);
}

TEST_CASE("a secret of another length is refused unseen") {
  Rig rig;
  for (const std::string& secret :
       {std::string(), std::string(kSecret).substr(1), kSecret + std::string("x")}) {
    CHECK(rig.ask(request(secret)).reply.refused().reason() == Refusal::REASON_BAD_REQUEST);
  }
}

TEST_CASE("a request of 8 KiB is read, one byte more is not") {
  Rig rig;
  auto fits = request();
  const std::size_t rest = limits::kJoinBytesMax - fits.SerializeAsString().size();
  fits.set_certificate_request(std::string(fits.certificate_request().size() + rest - 1, 'x'));
  REQUIRE(fits.SerializeAsString().size() == limits::kJoinBytesMax);
  auto large = fits;
  large.mutable_certificate_request()->push_back('x');
  CHECK(rig.ask(large).joined.empty());
  CHECK(rig.ask(fits).joined == "web1");
}

TEST_CASE("without a common protocol version the older side is told to update") {
  Rig rig;
  auto old = request();
  old.mutable_peer()->set_protocol_max(1);
  const auto refused = rig.ask(old).reply.refused();
  CHECK(refused.reason() == Refusal::REASON_PROTOCOL_VERSION);
  CHECK(refused.text() ==
        "the hub (picket 0.2.0) speaks protocol version 2 to 3, this node 1 to 1; update "
        "picket-node");
  auto future = request();
  future.mutable_peer()->set_protocol_min(4);
  future.mutable_peer()->set_protocol_max(5);
  CHECK(rig.ask(future).reply.refused().text() ==
        "the hub (picket 0.2.0) speaks protocol version 2 to 3, this node 4 to 5; update the hub");
  CHECK_FALSE(rig.authority.used);
}

TEST_CASE("nobody joins while the audit can't be written") {
  Rig rig;
  rig.audit.failing = true;
  CHECK(rig.ask(request()).reply.refused().reason() == Refusal::REASON_BUSY);
  CHECK_FALSE(rig.authority.used);
  rig.audit.failing = false;
  CHECK(rig.ask(request()).joined == "web1");
}

TEST_CASE("a join that fails after it was recorded is recorded as undone") {
  Rig rig;
  rig.authority.disk_full = true;
  CHECK(rig.ask(request()).reply.refused().reason() == Refusal::REASON_BUSY);
  REQUIRE(rig.audit.records.size() == 2);
  CHECK(rig.audit.records.back().outcome == "undone: can't save");
}

TEST_CASE(
    "strangers can't fill the audit: sixty refusals a minute are recorded, the others counted") {
  Rig rig;
  for (std::size_t i = 0; i < limits::kJoinRefusalsAuditedPerMinuteMax + 40; ++i) {
    CHECK(rig.ask(request("0123456789abcdef")).joined.empty());
  }
  CHECK(rig.audit.records.size() == limits::kJoinRefusalsAuditedPerMinuteMax);
  CHECK(rig.ask(request()).joined == "web1");  // who has a token is always recorded
  CHECK(rig.audit.records.size() == limits::kJoinRefusalsAuditedPerMinuteMax + 1);
  rig.clock.advance(1min);
  CHECK(rig.ask(request("0123456789abcdef")).joined.empty());
  using Details = std::vector<std::pair<std::string, std::string>>;
  CHECK(rig.audit.records.back().details == Details{{"refusals not recorded before", "40"}});
  CHECK(rig.ask(request("0123456789abcdef")).joined.empty());
  CHECK(rig.audit.records.back().details.empty());
}

TEST_CASE("whoever proves to have an old certificate's key gets a new one, which is recorded") {
  Rig rig;
  rig.identities.add("web1");
  v1::JoinRequest asked = request("");
  asked.set_certificate("web1");
  asked.set_proof("proof on this channel");
  const auto ask = [&](std::string_view channel) {
    return rig.join.answer(asked.SerializeAsString(), "192.0.2.7", channel);
  };
  const auto renewed = ask("this channel");
  CHECK(renewed.renewed == "web1");
  CHECK(renewed.joined.empty());  // the link by the old one lives on
  CHECK(renewed.reply.joined().certificate() == "certificate for request");
  REQUIRE(rig.audit.records.size() == 1);
  CHECK(rig.audit.records[0].action == "node.renew");
  CHECK(rig.audit.records[0].actor == "join 192.0.2.7");
  CHECK(rig.audit.records[0].allowed);

  const auto replayed = ask("another channel");
  CHECK(replayed.renewed.empty());
  CHECK(replayed.reply.refused().reason() == Refusal::REASON_BAD_REQUEST);
  rig.audit.failing = true;
  CHECK(ask("this channel").reply.refused().reason() == Refusal::REASON_BUSY);
  rig.audit.failing = false;
  rig.identities.disk_full = true;
  CHECK(ask("this channel").reply.refused().text() == "can't save");
  CHECK(rig.audit.records.back().outcome == "undone: can't save");
  rig.identities.disk_full = false;
  CHECK_FALSE(rig.identities.revoke_node("web1"));
  CHECK(ask("this channel").reply.refused().reason() == Refusal::REASON_REVOKED);
  CHECK_FALSE(rig.audit.records.back().allowed);
  asked.mutable_peer()->set_protocol_max(1);
  CHECK(ask("this channel").reply.refused().reason() == Refusal::REASON_PROTOCOL_VERSION);
}

TEST_CASE("the secret is in no record and in no reply") {
  Rig rig;
  std::string replies;
  replies += rig.ask(request()).reply.SerializeAsString();
  replies += rig.ask(request()).reply.SerializeAsString();
  replies += rig.ask(request(kSecret + std::string("x"))).reply.SerializeAsString();
  CHECK(rig.audit.text().find("canary") == std::string::npos);
  CHECK(replies.find("canary") == std::string::npos);
}

}  // namespace picket::hub
