// The node's side of joining against the hub's own, with everything but the connection between
// them.
#include "node/identity/join.h"

#include <string>

#include "common/limits.h"
#include "common/token.h"
#include "hub/core/join.h"
#include "hub/io/identity_store.h"
#include "hub/io/state_folder.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_audit.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

v1::Peer peer() {
  v1::Peer self;
  self.set_protocol_min(1);
  self.set_protocol_max(1);
  return self;
}

hub::StateFolder make_hub(const std::string& path, WallTime now) {
  REQUIRE(hub::StateFolder::init(path, {"hub.example.org:9992"}, now));
  auto opened = hub::StateFolder::open(path, now);
  REQUIRE(opened);
  return *std::move(opened);
}

hub::IdentityStore open_store(const hub::StateFolder& hub, const Clock& clock) {
  auto store = hub::IdentityStore::open(hub.identities_path(), hub.ca(), hub.addresses(), clock);
  REQUIRE(store);
  return *std::move(store);
}

struct HubRig {
  test::TemporaryFolder folder;
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  hub::StateFolder state = make_hub(folder.path() + "/hub", clock.wall());
  hub::IdentityStore store = open_store(state, clock);
  test::MemoryAudit audit;
  v1::Peer self = peer();
  hub::Renewals renewals{store, audit, clock};
  hub::Join joins{store, renewals, audit, clock, self};

  std::string token(const std::string& node, bool replace = false) {
    hub::TokenOrder order;
    order.nodes = {node};
    order.replace = replace;
    std::vector<v1::Token> created;
    REQUIRE_FALSE(store.create_tokens(order, created));
    return created.front().token();
  }
  v1::JoinReply ask(const JoinAttempt& attempt) {
    return joins.answer(attempt.request(peer()).SerializeAsString(), "192.0.2.7").reply;
  }
};

struct Rig : HubRig {
  StateFolder node = *StateFolder::open(folder.path() + "/node");

  JoinAttempt begin(const std::string& token, bool replace = false) {
    auto begun = JoinAttempt::begin(token, node, replace);
    REQUIRE(begun);
    return *std::move(begun);
  }
  // The error of accepting `reply`, which must be refused.
  std::string error(JoinAttempt attempt, const v1::JoinReply& reply) {
    const auto accepted = std::move(attempt).accept(reply, clock.wall());
    REQUIRE_FALSE(accepted);
    CHECK(node.hubs().empty());
    return accepted.error();
  }
};

}  // namespace

TEST_CASE("a node joins: its key never leaves it, and it is who the token says") {
  Rig rig;
  auto attempt = rig.begin(rig.token("web1"));
  CHECK(attempt.node() == "web1");
  CHECK(attempt.addresses() == std::vector<std::string>{"hub.example.org:9992"});
  CHECK(attempt.hub_id() == rig.state.hub_id());
  CHECK(attempt.ca_fingerprint() == rig.state.ca().certificate().fingerprint());
  const auto reply = rig.ask(attempt);
  const auto accepted = std::move(attempt).accept(reply, rig.clock.wall());
  REQUIRE(accepted);
  CHECK(accepted->node == "web1");
  REQUIRE(rig.node.save(*accepted, false));
  const auto loaded = rig.node.load(rig.state.hub_id());
  REQUIRE(loaded);
  CHECK(loaded->node == "web1");
  const auto certificate = hub::node_certificate(loaded->certificate);
  REQUIRE(certificate);
  CHECK(rig.store.admit(*certificate) == hub::Standing::kAdmitted);
}

TEST_CASE("of two nodes that redeem one token exactly one joins") {
  Rig rig;
  const std::string token = rig.token("web1");
  const auto first = rig.begin(token);
  const auto second = rig.begin(token);
  // Both were begun before either was answered, and both requests are the same token's.
  const auto first_reply = rig.ask(first);
  const auto second_reply = rig.ask(second);
  CHECK(first_reply.has_joined());
  CHECK(second_reply.refused().reason() == v1::JoinRefusal::REASON_TOKEN_USED);
  CHECK(rig.store.known().size() == 1);
}

TEST_CASE(
    "a hub that was joined already is not joined again by mistake, nor is the token used up") {
  Rig rig;
  auto attempt = rig.begin(rig.token("web1"));
  const auto reply = rig.ask(attempt);
  const auto accepted = std::move(attempt).accept(reply, rig.clock.wall());
  REQUIRE(accepted);
  REQUIRE(rig.node.save(*accepted, false));

  const std::string token = rig.token("web1", true);
  const auto again = JoinAttempt::begin(token, rig.node, false);
  REQUIRE_FALSE(again);
  CHECK(again.error() ==
        "this node has joined that hub already, as web1; --replace gives up that identity for a "
        "new one");
  auto forced = rig.begin(token, true);
  const auto forced_reply = rig.ask(forced);
  const auto replaced = std::move(forced).accept(forced_reply, rig.clock.wall());
  REQUIRE(replaced);
  REQUIRE(rig.node.save(*replaced, true));
  CHECK(rig.store.admit(*hub::node_certificate(accepted->certificate)) == hub::Standing::kRevoked);
  CHECK(rig.store.admit(*hub::node_certificate(rig.node.load(rig.state.hub_id())->certificate)) ==
        hub::Standing::kAdmitted);
}

TEST_CASE("each refusal of the hub reaches the person at the node") {
  Rig rig;
  const std::string used = rig.token("web1");
  const auto first = rig.begin(used);
  CHECK(rig.ask(first).has_joined());
  const auto second = rig.begin(used);
  rig.clock.advance(3h);
  CHECK(rig.error(rig.begin(used), rig.ask(second)) ==
        "the hub refused: this token was used 3 hours ago; make a new one on the hub: picket token "
        "create --name "
        "web1 --replace");
  const auto late = rig.begin(rig.token("web2"));
  rig.clock.advance(limits::kTokenValidity + 2h);
  CHECK(rig.error(rig.begin(used), rig.ask(late)) ==
        "the hub refused: this token expired 2 hours ago; make a new one on the hub: picket token "
        "create --name "
        "web2");
  // A token of another hub gets as far as the pin; if it came further, the hub wouldn't know it.
  HubRig other;
  const auto foreign = rig.begin(other.token("web3"));
  CHECK(foreign.hub_id() != rig.state.hub_id());
  CHECK(rig.error(rig.begin(used), rig.ask(foreign)) ==
        "the hub refused: this hub doesn't know the token; make one on it: picket token create "
        "--name NAME");
}

TEST_CASE("an answer that is not for this token, this key or from this CA is not believed") {
  Rig rig;
  HubRig other;
  const auto mine = rig.begin(rig.token("web1"));
  const auto good = rig.ask(mine);
  const auto theirs = rig.begin(other.token("web1"));
  CHECK(rig.error(rig.begin(rig.token("web9")), other.ask(theirs)) ==
        "the hub's CA is not the one that the token was made with; nothing was saved");
  CHECK(rig.error(rig.begin(rig.token("web9")), good) ==
        "the hub's answer holds a certificate for another key; nothing was saved");

  auto mixed = good;
  mixed.mutable_joined()->set_certificate(
      other.ask(rig.begin(other.token("web2"))).joined().certificate());
  CHECK(rig.error(rig.begin(rig.token("web9")), mixed) ==
        "the hub's answer holds no node's certificate by its CA; nothing was saved");
  auto hubs = good;
  hubs.mutable_joined()->set_certificate(rig.state.certificate().to_der());
  CHECK(rig.error(rig.begin(rig.token("web9")), hubs) ==
        "the hub's answer holds no node's certificate by its CA; nothing was saved");
  auto damaged = good;
  damaged.mutable_joined()->set_certificate("x");
  CHECK(rig.error(rig.begin(rig.token("web9")), damaged) ==
        "the hub's answer holds no certificate; nothing was saved");
  CHECK(rig.error(rig.begin(rig.token("web9")), v1::JoinReply()) ==
        "the hub's answer is one that this version doesn't know; update picket-node");
}

TEST_CASE("a clock outside the certificate's life is said to be off, how far and which way") {
  const auto error_at = [](Nanoseconds off) {
    Rig rig;
    auto attempt = rig.begin(rig.token("web1"));
    const auto reply = rig.ask(attempt);
    const auto accepted = std::move(attempt).accept(reply, rig.clock.wall() + off);
    return accepted ? std::string() : accepted.error();
  };
  CHECK(error_at(-limits::kCertificateBackdate).empty());
  CHECK(error_at(limits::kNodeCertificateValidity - 1s).empty());
  const std::string rest =
      " the hub's, so that the new certificate is not valid here; nothing was saved. Set the "
      "clock, then make a "
      "new token on the hub: picket token create --name web1 --replace";
  CHECK(error_at(-limits::kCertificateBackdate - 1s) ==
        "this host's clock is 5 minutes behind" + rest);
  CHECK(error_at(-24h * 366 * 3) == "this host's clock is 3 years behind" + rest);
  CHECK(error_at(limits::kNodeCertificateValidity) ==
        "this host's clock is 90 days ahead of" + rest);
}

TEST_CASE("a clock that is off is found before the token is used, as it would be afterwards") {
  Rig rig;
  const auto attempt = rig.begin(rig.token("web1"));
  const auto asked =
      rig.joins.answer(JoinAttempt::time_request(peer()).SerializeAsString(), "192.0.2.7");
  const auto error_at = [&](Nanoseconds off) {
    const auto checked = JoinAttempt::check_clock(asked.reply, rig.clock.wall() + off);
    return checked ? std::string() : checked.error();
  };
  CHECK(error_at(0s).empty());
  CHECK(error_at(-limits::kCertificateBackdate).empty());
  CHECK(error_at(limits::kNodeCertificateValidity - 1s).empty());
  const std::string rest =
      " the hub's, so that a new certificate would not be valid here; the token was not used. Set "
      "the clock, then join with it again";
  CHECK(error_at(-limits::kCertificateBackdate - 1s) ==
        "this host's clock is 5 minutes behind" + rest);
  CHECK(error_at(-24h * 366 * 3) == "this host's clock is 3 years behind" + rest);
  CHECK(error_at(limits::kNodeCertificateValidity) ==
        "this host's clock is 90 days ahead of" + rest);
  CHECK(rig.store.known().empty());
  CHECK(rig.ask(attempt).has_joined());
  CHECK(JoinAttempt::check_clock(v1::JoinReply(), rig.clock.wall()));  // of a busy hub
}

TEST_CASE("a hub whose time is beyond all reckoning only makes this host's clock look wrong") {
  Rig rig;
  for (const int64_t unix_ns : {INT64_MIN, INT64_MIN + 1, int64_t{-1}, int64_t{1}, INT64_MAX}) {
    v1::JoinReply reply;
    reply.set_hub_unix_ns(unix_ns);
    const auto checked = JoinAttempt::check_clock(reply, rig.clock.wall());
    REQUIRE_FALSE(checked);
    CHECK(checked.error().starts_with("this host's clock is "));
    // Of a certificate that is good, but not now.
    auto attempt = rig.begin(rig.token("web1", true));
    auto joined = rig.ask(attempt);
    joined.set_hub_unix_ns(unix_ns);
    const auto accepted = std::move(attempt).accept(joined, rig.clock.wall() + 24h * 365);
    REQUIRE_FALSE(accepted);
    CHECK(accepted.error().starts_with("this host's clock is "));
  }
}

TEST_CASE("without usable addresses in the answer the node keeps the token's") {
  Rig rig;
  auto attempt = rig.begin(rig.token("web1"));
  auto reply = rig.ask(attempt);
  reply.mutable_joined()->clear_addresses();
  reply.mutable_joined()->add_addresses("\x1b[2J");
  const auto accepted = std::move(attempt).accept(reply, rig.clock.wall());
  REQUIRE(accepted);
  CHECK(accepted->addresses == std::vector<std::string>{"hub.example.org:9992"});
}

TEST_CASE("a damaged token is refused, without repeating it") {
  Rig rig;
  const std::string token = rig.token("web1");
  const auto begun = JoinAttempt::begin(token.substr(0, token.size() - 3), rig.node, false);
  REQUIRE_FALSE(begun);
  CHECK(
      begun.error() ==
      "this token is cut off or mistyped: copy the whole line that `picket token create` printed");
}

TEST_CASE("the largest request and answer fit into what joining allows") {
  Rig rig;
  auto attempt = rig.begin(rig.token(std::string(63, 'n')));
  CHECK(attempt.request(peer()).SerializeAsString().size() < limits::kJoinBytesMax);
  auto reply = rig.ask(attempt);
  for (std::size_t i = 1; i < limits::kHubAddressesMax; ++i) {
    reply.mutable_joined()->add_addresses(std::string(limits::kHubAddressBytesMax, 'h'));
  }
  CHECK(reply.SerializeAsString().size() < limits::kJoinBytesMax);
}

}  // namespace picket::node
