// Renewal by proof of key, both sides with everything but the connection between them, under a
// clock that is moved; and what the node keeps meanwhile, whenever it crashes.
#include "node/identity/renewal.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/renewal_proof.h"
#include "hub/core/join.h"
#include "hub/io/identity_store.h"
#include "hub/io/state_folder.h"
#include "node/identity/join.h"
#include "tests/node/identity/membership.h"
#include "tests/support/catch.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_audit.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;
using Refusal = v1::JoinRefusal;

constexpr auto kDay = 24h;
const std::string kChannel = "32 bytes that are of one channel";

hub::StateFolder make_hub(const std::string& path, WallTime now) {
  REQUIRE(hub::StateFolder::init(path, {"hub.example.org:9992"}, now));
  auto opened = hub::StateFolder::open(path, now);
  REQUIRE(opened);
  return *std::move(opened);
}

/// A hub, and web1, which joins it at the beginning.
struct Rig {
  test::TemporaryFolder folder;
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  hub::StateFolder hub = make_hub(folder.path() + "/hub", clock.wall());
  hub::IdentityStore store =
      *hub::IdentityStore::open(hub.identities_path(), hub.ca(), hub.addresses(), clock);
  test::MemoryAudit audit;
  v1::Peer self = peer();
  hub::Renewals renewals{store, audit, clock};
  hub::Join joins{store, renewals, audit, clock, self};
  StateFolder node = *StateFolder::open(folder.path() + "/node");

  Rig() { join(false); }
  static v1::Peer peer() {
    v1::Peer self;
    self.set_protocol_min(1);
    self.set_protocol_max(1);
    return self;
  }
  void join(bool replace) {
    std::vector<v1::Token> created;
    REQUIRE_FALSE(store.create_tokens(
        {.nodes = {"web1"}, .valid = {}, .replace = replace, .created_by = {}}, created));
    auto attempt = JoinAttempt::begin(created.front().token(), node, replace);
    REQUIRE(attempt);
    const auto reply =
        joins.answer(attempt->request(peer()).SerializeAsString(), "192.0.2.7").reply;
    const auto membership = std::move(*attempt).accept(reply, clock.wall());
    REQUIRE(membership);
    REQUIRE(node.save(*membership, replace));
  }
  Membership membership() const { return *node.load(hub.hub_id()); }
  v1::JoinReply send(const v1::JoinRequest& request, const std::string& channel = kChannel) {
    return joins.answer(request.SerializeAsString(), "192.0.2.7", channel).reply;
  }
  Refusal::Reason refusal(const Membership& of) {
    return send(Renewal(of).request_by_key(peer(), of, kChannel)).refused().reason();
  }
  /// Renews by key and keeps what comes.
  void renew() {
    const Membership old = membership();
    const Renewal renewal(old);
    const auto accepted =
        renewal.accept(send(renewal.request_by_key(peer(), old, kChannel)), clock.wall());
    REQUIRE(accepted);
    REQUIRE(node.save_renewed(hub.hub_id(), renewal.key(), *accepted));
  }
  hub::Standing standing(const Membership& of) const {
    return store.admit(*hub::node_certificate(of.certificate));
  }
  void use(const Membership& of) { store.used(*hub::node_certificate(of.certificate)); }
};

}  // namespace

TEST_CASE("an expired certificate is renewed until a year after its end, not a moment later") {
  Rig rig;
  const Membership old = rig.membership();
  rig.clock.set_wall(old.certificate.not_after() + limits::kRenewableAfterEnd + 1s);
  CHECK(rig.refusal(old) == Refusal::REASON_TOO_LATE);
  CHECK_FALSE(rig.audit.records.back().allowed);
  rig.clock.set_wall(old.certificate.not_after() + limits::kRenewableAfterEnd);
  rig.renew();
  CHECK(rig.audit.records.back().action == "node.renew");
  CHECK(rig.audit.records.back().allowed);
  const Membership renewed = rig.membership();
  CHECK(renewed.is_renewed);
  CHECK(renewed.node == "web1");
  CHECK_FALSE(renewed.certificate.is_for(old.key));
  CHECK(renewed.certificate.not_after() > rig.clock.wall() + 89 * kDay);
}

TEST_CASE("the old certificate is good until the new one was used, and refused from then on") {
  Rig rig;
  const Membership old = rig.membership();
  rig.clock.advance(61 * kDay);
  rig.renew();
  const Membership renewed = rig.membership();
  CHECK(rig.standing(old) == hub::Standing::kAdmitted);
  rig.use(old);  // the node could not use the new one yet
  CHECK(rig.standing(old) == hub::Standing::kAdmitted);
  CHECK(rig.standing(renewed) == hub::Standing::kAdmitted);
  rig.use(renewed);
  CHECK(rig.standing(old) == hub::Standing::kRevoked);
  CHECK(rig.standing(renewed) == hub::Standing::kAdmitted);
  CHECK(rig.refusal(old) == Refusal::REASON_REVOKED);
  const auto again =
      hub::IdentityStore::open(rig.hub.identities_path(), rig.hub.ca(), {}, rig.clock);
  REQUIRE(again);  // a hub that starts anew knows it, too
  CHECK(again->admit(*hub::node_certificate(old.certificate)) == hub::Standing::kRevoked);
}

TEST_CASE("whoever was revoked, replaced or forgotten can't renew") {
  Rig rig;
  const Membership old = rig.membership();
  rig.clock.advance(100 * kDay);
  SECTION("revoked") {
    REQUIRE_FALSE(rig.store.revoke_node("web1"));
    CHECK(rig.refusal(old) == Refusal::REASON_REVOKED);
  }
  SECTION("replaced") {
    rig.join(true);
    CHECK(rig.refusal(old) == Refusal::REASON_REVOKED);
    CHECK(rig.standing(rig.membership()) == hub::Standing::kAdmitted);
  }
  SECTION("forgotten") {
    REQUIRE_FALSE(rig.store.forget_node("web1"));
    CHECK(rig.refusal(old) == Refusal::REASON_UNKNOWN_NODE);
  }
  CHECK(rig.node.load(rig.hub.hub_id()));
}

TEST_CASE("a proof is worth nothing on another channel, for another request or by another key") {
  Rig rig;
  const Membership old = rig.membership();
  rig.clock.advance(100 * kDay);
  const auto good = Renewal(old).request_by_key(Rig::peer(), old, kChannel);
  CHECK(rig.send(good, "another").refused().reason() == Refusal::REASON_BAD_REQUEST);
  CHECK(rig.send(good, "").refused().reason() == Refusal::REASON_BAD_REQUEST);
  auto other_request = good;
  other_request.set_certificate_request(Renewal(old).request());
  CHECK(rig.send(other_request).refused().reason() == Refusal::REASON_BAD_REQUEST);
  auto other_key = good;
  other_key.set_proof(prove_renewal(PrivateKey::generate(), kChannel, good.certificate_request()));
  CHECK(rig.send(other_key).refused().reason() == Refusal::REASON_BAD_REQUEST);
  auto foreign = good;
  foreign.set_certificate(test::TestHub().admit("web1").certificate.to_der());
  CHECK(rig.send(foreign).refused().reason() == Refusal::REASON_BAD_REQUEST);
  auto of_hub = good;
  of_hub.set_certificate(rig.hub.certificate().to_der());
  CHECK(rig.send(of_hub).refused().reason() == Refusal::REASON_BAD_REQUEST);
  for (std::size_t bit = 0; bit < 8 * good.proof().size(); ++bit) {
    auto flipped = good;
    (*flipped.mutable_proof())[bit / 8] ^= static_cast<char>(1U << (bit % 8));
    CHECK(rig.send(flipped).has_refused());
  }
  CHECK(rig.send(good).has_joined());
}

TEST_CASE("one name gets one certificate a minute") {
  Rig rig;
  const Membership old = rig.membership();
  CHECK(rig.refusal(old) == Refusal::REASON_BUSY);
  rig.clock.advance(limits::kRenewalEvery - 1s);
  CHECK(rig.refusal(old) == Refusal::REASON_BUSY);
  rig.clock.advance(1s);
  CHECK(rig.refusal(old) == Refusal::REASON_UNSPECIFIED);
  CHECK(rig.refusal(old) == Refusal::REASON_BUSY);
}

TEST_CASE("a certificate is due when less than 30 days are left") {
  const Rig rig;
  const Certificate certificate = rig.membership().certificate;
  CHECK_FALSE(Renewal::is_due(certificate, certificate.not_after() - 30 * kDay));
  CHECK(Renewal::is_due(certificate, certificate.not_after() - 30 * kDay + 1s));
  CHECK(Renewal::is_due(certificate, certificate.not_after() + 300 * kDay));
}

TEST_CASE("an answer that is not for the new key, this name and this CA is not believed") {
  Rig rig;
  const Membership old = rig.membership();
  const Renewal renewal(old);
  const auto accept = [&](const Certificate& certificate) {
    return renewal.accept(certificate.to_der(), rig.clock.wall());
  };
  const auto issue = [&](EVP_PKEY* key, const std::string& name, WallTime until) {
    return make_certificate(rig.hub.ca().certificate(), rig.hub.ca().key(), key,
                            {CertificateIdentity::Role::kNode, name}, {rig.clock.wall(), until});
  };
  const WallTime later = rig.clock.wall() + kDay;
  CHECK(accept(issue(renewal.key().get(), "web1", later)));
  CHECK_FALSE(accept(issue(renewal.key().get(), "web2", later)));
  CHECK_FALSE(accept(issue(old.key.get(), "web1", later)));
  CHECK_FALSE(accept(issue(renewal.key().get(), "web1", rig.clock.wall())));
  CHECK_FALSE(accept(test::TestHub().admit("web1").certificate));
  CHECK_FALSE(renewal.accept(std::string("no certificate"), rig.clock.wall()));
  CHECK_FALSE(renewal.accept(v1::JoinReply(), rig.clock.wall()));
}

TEST_CASE("a renewal is kept beside the old key until it is settled, whatever fails") {
  Rig rig;
  const std::string id = rig.hub.hub_id();
  const std::string files = rig.node.path() + "/hubs/" + id;
  const Membership old = rig.membership();
  test::write(rig.node.log_position_file(id), "as far as here");
  rig.clock.advance(61 * kDay);
  {
    const test::FileSizeLimit disk_full(300);
    CHECK_FALSE(rig.node.save_renewed(id, old.key, old.certificate));
  }
  CHECK_FALSE(rig.membership().is_renewed);
  rig.renew();
  CHECK(test::mode_of(files + "/renewed.pem") == 0600);
  const auto renewed = rig.membership().certificate.fingerprint();
  CHECK(rig.node.load_settled(id)->certificate.fingerprint() == old.certificate.fingerprint());
  SECTION("a full disk while it is settled") {
    for (const rlim_t bytes : {0, 100, 240, 300, 500}) {
      const test::FileSizeLimit disk_full(bytes);
      CHECK_FALSE(rig.node.settle(id));
      CHECK(rig.membership().certificate.fingerprint() == renewed);
    }
  }
  SECTION("a crash between its two files") {
    const Secret key = rig.membership().key.to_pem();
    test::write(files + "/key.pem", key.reveal());
    CHECK(rig.membership().certificate.fingerprint() == renewed);
  }
  SECTION("nothing") {}
  REQUIRE(rig.node.settle(id));
  REQUIRE(rig.node.settle(id));  // again: nothing to do
  CHECK_FALSE(rig.membership().is_renewed);
  CHECK(rig.membership().certificate.fingerprint() == renewed);
  CHECK(rig.node.load_settled(id)->certificate.fingerprint() == renewed);
  CHECK(test::read(rig.node.log_position_file(id)) == "as far as here");
}

TEST_CASE("a damaged renewal, or one from before the node joined again, counts for nothing") {
  Rig rig;
  const std::string id = rig.hub.hub_id();
  const std::string file = rig.node.path() + "/hubs/" + id + "/renewed.pem";
  rig.clock.advance(61 * kDay);
  rig.renew();
  const std::string old_renewal = test::read(file);
  rig.clock.advance(1h);
  rig.join(true);
  test::write(file, old_renewal);
  REQUIRE(chmod(file.c_str(), 0600) == 0);
  CHECK_FALSE(rig.membership().is_renewed);
  test::write(file, old_renewal.substr(0, 400));
  CHECK_FALSE(rig.membership().is_renewed);
  REQUIRE(rig.node.settle(id));
  CHECK(access(file.c_str(), F_OK) != 0);
}

}  // namespace picket::node
