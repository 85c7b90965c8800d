#include "hub/io/identity_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "common/audit_verify.h"
#include "common/files.h"
#include "common/limits.h"
#include "common/token.h"
#include "hub/core/join.h"
#include "hub/io/audit_log.h"
#include "hub/io/identity_file.h"
#include "hub/io/state_folder.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kAddresses = {"hub.example.org:9992", "[2001:db8::1]:9992"};

struct Rig {
  test::TemporaryFolder folder;
  test::ManualClock clock{from_unix_ns(1'800'000'000'500'000'000)};
  CertificateAuthority ca = CertificateAuthority::make(clock.wall());
  std::string path = folder.path() + "/identities";
  const std::string request = CertificateRequest::make(PrivateKey::generate()).to_der();

  Rig() { REQUIRE(write_file(path, encode_identity_file(IdentityBook()), 0600)); }

  IdentityStore open() {
    auto store = IdentityStore::open(path, ca, kAddresses, clock);
    REQUIRE(store);
    return *std::move(store);
  }
  std::string open_error() {
    const auto store = IdentityStore::open(path, ca, kAddresses, clock);
    REQUIRE_FALSE(store);
    return store.error();
  }
};

v1::Token create(IdentityStore& store, const std::string& node, bool replace = false) {
  TokenOrder order;
  order.nodes = {node};
  order.replace = replace;
  order.created_by = "uid 0";
  std::vector<v1::Token> created;
  REQUIRE_FALSE(store.create_tokens(order, created));
  REQUIRE(created.size() == 1);
  return created.front();
}

std::string secret_of(const v1::Token& token) {
  const auto payload = parse_token(token.token());
  REQUIRE(payload);
  return payload->secret();
}

NodeCertificate join(IdentityStore& store, const std::string& node, const std::string& request,
                     bool replace = false) {
  auto result = store.redeem(secret_of(create(store, node, replace)), request);
  REQUIRE(std::holds_alternative<v1::Joined>(result));
  const auto certificate = Certificate::from_der(std::get<v1::Joined>(result).certificate());
  REQUIRE(certificate);
  const auto read = node_certificate(*certificate);
  REQUIRE(read);
  return *read;
}

}  // namespace

TEST_CASE("a token carries the hub's addresses, its CA's fingerprint and the node's name") {
  Rig rig;
  auto store = rig.open();
  const auto token = create(store, "web1");
  const auto payload = parse_token(token.token());
  REQUIRE(payload);
  CHECK(std::vector<std::string>(payload->addresses().begin(), payload->addresses().end()) ==
        kAddresses);
  CHECK(payload->ca_sha256() == as_bytes(rig.ca.certificate().fingerprint()));
  CHECK(payload->node() == "web1");
  CHECK(payload->secret() != secret_of(create(store, "web2")));
  CHECK(token.created_by() == "uid 0");
  for (const auto& listed : store.tokens()) CHECK(listed.token().empty());
}

TEST_CASE("who redeems a token gets a certificate for its name, whatever the request says") {
  Rig rig;
  auto store = rig.open();
  const std::string file = rig.folder.path() + "/request.der";
  const auto asked = test::run({"openssl",
                                "req",
                                "-new",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-keyout",
                                rig.folder.path() + "/key.pem",
                                "-subj",
                                "/CN=db1",
                                "-addext",
                                "basicConstraints=critical,CA:TRUE",
                                "-addext",
                                "subjectAltName=URI:picket:node:db1",
                                "-outform",
                                "DER",
                                "-out",
                                file});
  REQUIRE(asked.status == 0);
  const auto certificate = join(store, "web1", test::read(file));
  CHECK(certificate.name == "web1");
  CHECK(certificate.issued == std::chrono::floor<std::chrono::seconds>(rig.clock.wall()));
  CHECK(certificate.expires == certificate.issued + limits::kNodeCertificateValidity);
  CHECK(store.admit(certificate) == Standing::kAdmitted);
  CHECK(store.admit({"db1", certificate.issued, certificate.expires}) == Standing::kUnknown);
}

TEST_CASE("a request with a bad key is refused and does not cost the token") {
  Rig rig;
  auto store = rig.open();
  const std::string secret = secret_of(create(store, "web1"));
  for (const std::string& bad : {std::string(), std::string("x"), rig.request + "x"}) {
    const auto checked = store.check(secret, bad);
    REQUIRE(std::holds_alternative<JoinRefused>(checked));
    CHECK(std::get<JoinRefused>(checked).reason == v1::JoinRefusal::REASON_BAD_REQUEST);
    CHECK(std::holds_alternative<JoinRefused>(store.redeem(secret, bad)));
  }
  CHECK(std::holds_alternative<v1::Joined>(store.redeem(secret, rig.request)));
  const auto again = store.redeem(secret, rig.request);
  REQUIRE(std::holds_alternative<JoinRefused>(again));
  CHECK(std::get<JoinRefused>(again).reason == v1::JoinRefusal::REASON_TOKEN_USED);
}

TEST_CASE("a hundred thousand guesses are refused") {
  Rig rig;
  auto store = rig.open();
  create(store, "web1");
  int admitted = 0;
  for (uint32_t i = 0; i < 100'000; ++i) {
    std::string guess(16, '\0');
    for (unsigned byte = 0; byte < 4; ++byte) guess[byte] = static_cast<char>(i >> (8 * byte));
    if (std::holds_alternative<std::string>(store.check(guess, rig.request))) ++admitted;
  }
  CHECK(admitted == 0);
}

TEST_CASE("everything outlasts a restart of the hub") {
  Rig rig;
  NodeCertificate admitted;
  NodeCertificate revoked;
  std::string used;
  v1::Token unused;
  {
    auto store = rig.open();
    admitted = join(store, "web1", rig.request);
    revoked = join(store, "web2", rig.request);
    REQUIRE_FALSE(store.revoke_node("web2"));
    const auto token = create(store, "web3");
    used = secret_of(token);
    REQUIRE(std::holds_alternative<v1::Joined>(store.redeem(used, rig.request)));
    REQUIRE_FALSE(store.forget_node("web3"));
    unused = create(store, "web4");
  }
  CHECK(test::mode_of(rig.path) == 0600);
  auto store = rig.open();
  CHECK(store.admit(admitted) == Standing::kAdmitted);
  CHECK(store.admit(revoked) == Standing::kRevoked);
  CHECK(std::holds_alternative<JoinRefused>(store.redeem(used, rig.request)));
  CHECK(std::holds_alternative<v1::Joined>(store.redeem(secret_of(unused), rig.request)));
  REQUIRE(store.known().size() == 3);
  CHECK(store.known()[1].revoked == rig.clock.wall());
}

TEST_CASE("revoking, replacing and joining within one second admit only the last certificate") {
  Rig rig;
  auto store = rig.open();
  const auto first = join(store, "web1", rig.request);
  const auto second = join(store, "web1", rig.request, true);
  REQUIRE_FALSE(store.revoke_node("web1"));
  const auto third = join(store, "web1", rig.request, true);
  CHECK(store.admit(first) == Standing::kRevoked);
  CHECK(store.admit(second) == Standing::kRevoked);
  CHECK(store.admit(third) == Standing::kAdmitted);
  REQUIRE_FALSE(store.forget_node("web1"));
  const auto fourth = join(store, "web1", rig.request);
  CHECK(store.admit(third) == Standing::kRevoked);
  CHECK(store.admit(fourth) == Standing::kAdmitted);
}

TEST_CASE("a token is revoked by its id or by the whole string, never by one that is damaged") {
  Rig rig;
  auto store = rig.open();
  const auto first = create(store, "web1");
  const auto second = create(store, "web2");
  CHECK_FALSE(store.revoke_token(first.id()));
  CHECK(store.revoke_token(second.token().substr(0, 60))->code == v1::Error::CODE_INVALID);
  CHECK_FALSE(store.revoke_token(second.token()));
  CHECK(store.revoke_token("nonsense")->code == v1::Error::CODE_NO_SUCH_TOKEN);
  CHECK(std::holds_alternative<JoinRefused>(store.check(secret_of(first), rig.request)));
  CHECK(std::holds_alternative<JoinRefused>(store.check(secret_of(second), rig.request)));
  Rig elsewhere;
  auto other = elsewhere.open();
  CHECK(store.revoke_token(create(other, "web1").token())->code == v1::Error::CODE_NO_SUCH_TOKEN);
}

TEST_CASE("a change that can't be saved did not happen") {
  Rig rig;
  auto store = rig.open();
  const auto certificate = join(store, "web1", rig.request);
  const auto token = create(store, "web2");
  REQUIRE(mkdir((rig.path + ".new").c_str(), 0700) == 0);  // where the next version is written
  const std::string before = test::read(rig.path);

  TokenOrder order;
  order.nodes = {"web3"};
  std::vector<v1::Token> created;
  CHECK(store.create_tokens(order, created)->code == v1::Error::CODE_INTERNAL);
  CHECK(created.empty());
  CHECK(store.revoke_node("web1")->code == v1::Error::CODE_INTERNAL);
  CHECK(store.forget_node("web1")->code == v1::Error::CODE_INTERNAL);
  CHECK(store.revoke_token(token.id())->code == v1::Error::CODE_INTERNAL);
  const auto redeemed = store.redeem(secret_of(token), rig.request);
  REQUIRE(std::holds_alternative<JoinRefused>(redeemed));
  CHECK(std::get<JoinRefused>(redeemed).reason == v1::JoinRefusal::REASON_BUSY);
  CHECK(std::get<JoinRefused>(redeemed).text.find(rig.folder.path()) == std::string::npos);
  CHECK(store.admit(certificate) == Standing::kAdmitted);
  CHECK(store.tokens().size() == 2);
  CHECK(test::read(rig.path) == before);

  REQUIRE(rmdir((rig.path + ".new").c_str()) == 0);
  CHECK(std::holds_alternative<v1::Joined>(store.redeem(secret_of(token), rig.request)));
}

TEST_CASE("a damaged file is named and not touched") {
  Rig rig;
  {
    auto store = rig.open();
    join(store, "web1", rig.request);
  }
  const std::string good = test::read(rig.path);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    CHECK_FALSE(decode_identity_file(changed));
    CHECK_FALSE(decode_identity_file(good.substr(0, i)));
  }
  test::write(rig.path, good.substr(0, good.size() / 2));
  CHECK(rig.open_error() ==
        rig.path + " is damaged or of a newer picket-hub; put back a copy from a backup");
  CHECK(test::read(rig.path) == good.substr(0, good.size() / 2));
  REQUIRE(unlink(rig.path.c_str()) == 0);
  CHECK(rig.open_error() == "can't read " + rig.path + ": No such file or directory");
  test::write(rig.path, good);
  REQUIRE(chmod(rig.path.c_str(), 0644) == 0);
  CHECK(rig.open_error().find("has mode 0644, so that others may read it") != std::string::npos);
}

TEST_CASE("secrets and keys are in no file but their own, and in no error") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/hub";
  test::ManualClock clock(from_unix_ns(1'800'000'000'000'000'000));
  REQUIRE(StateFolder::init(path, kAddresses, clock.wall()));
  auto hub = StateFolder::open(path, clock.wall());
  REQUIRE(hub);
  auto store = IdentityStore::open(hub->identities_path(), hub->ca(), hub->addresses(), clock);
  REQUIRE(store);
  auto file = AuditFile::open(hub->audit_path(), clock);
  REQUIRE(file);
  Deadlines deadlines;
  asio::io_context io;
  AuditLog audit(*std::move(file), clock, deadlines, io.get_executor());
  v1::Peer self;
  Renewals renewals(*store, audit, clock);
  Join joins(*store, renewals, audit, clock, self);

  const auto token = create(*store, "web1");
  v1::JoinRequest request;
  request.set_secret(secret_of(token));
  request.set_certificate_request(CertificateRequest::make(PrivateKey::generate()).to_der());
  std::string said;
  for (int i = 0; i < 2; ++i) {
    said += joins.answer(request.SerializeAsString(), "192.0.2.7").reply.SerializeAsString();
  }
  CHECK(store->revoke_token(token.token())->text.find("used") != std::string::npos);
  said += store->revoke_token(token.token())->text;

  const std::string kept = test::read(hub->identities_path()) + test::read(hub->audit_path());
  const std::string secret = secret_of(token);
  const std::string encoded = token.token().substr(token.token().size() - 40, 30);
  for (const auto& text : {said, kept}) {
    CHECK(text.find(secret) == std::string::npos);
    CHECK(text.find(to_hex(secret)) == std::string::npos);
    CHECK(text.find(encoded) == std::string::npos);
    CHECK(text.find("PRIVATE KEY") == std::string::npos);
  }
  const auto verified = verify_audit_log(hub->audit_path());
  REQUIRE(verified);
  CHECK(verified->records == 2);
}

TEST_CASE("a certificate that is no node's is none") {
  Rig rig;
  const auto hub_key = PrivateKey::generate();
  CHECK_FALSE(node_certificate(rig.ca.certificate()));
  CHECK_FALSE(node_certificate(rig.ca.certify_hub(hub_key, rig.clock.wall())));
}

}  // namespace picket::hub
