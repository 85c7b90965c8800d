#include "hub/core/identity_book.h"

#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = from_unix_ns(1'800'000'000'250'000'000);

Sha256 secret_of(const std::string& name) { return sha256(name); }

TokenOrder order_for(const std::string& node, bool replace = false) {
  TokenOrder order;
  order.nodes = {node};
  order.replace = replace;
  order.created_by = "uid 0";
  return order;
}

std::optional<Refused> create(IdentityBook& book, const TokenOrder& order,
                              const std::string& secret, WallTime now = kNow) {
  std::vector<v1::Token> created;
  return book.create_tokens(order, {secret_of(secret)}, now, created);
}

v1::JoinRefusal::Reason reason(const std::variant<std::string, JoinRefused>& checked) {
  const auto* refused = std::get_if<JoinRefused>(&checked);
  return refused == nullptr ? v1::JoinRefusal::REASON_UNSPECIFIED : refused->reason;
}

NodeCertificate certificate_of(const IdentityBook::Redeemed& redeemed) {
  return {redeemed.node, redeemed.issued, redeemed.expires};
}

// Joins `node` with a token of its own and says which certificate it would get.
NodeCertificate join(IdentityBook& book, const std::string& node, WallTime now,
                     bool replace = false) {
  static int count = 0;
  const std::string secret = "join" + std::to_string(++count);
  REQUIRE_FALSE(create(book, order_for(node, replace), secret, now));
  auto redeemed = book.redeem(secret_of(secret), now);
  REQUIRE(std::holds_alternative<IdentityBook::Redeemed>(redeemed));
  return certificate_of(std::get<IdentityBook::Redeemed>(redeemed));
}

v1::Token::State state(const IdentityBook& book, const std::string& secret, WallTime now = kNow) {
  for (const auto& token : book.tokens(now)) {
    if (token.id() == token_id(secret_of(secret))) return token.state();
  }
  return v1::Token::STATE_UNSPECIFIED;
}

std::string text(const std::variant<std::string, JoinRefused>& checked) {
  const auto* refused = std::get_if<JoinRefused>(&checked);
  return refused == nullptr ? "" : refused->text;
}

}  // namespace

TEST_CASE("a token admits its node once") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "a"));
  CHECK(std::get<std::string>(book.check(secret_of("a"), kNow)) == "web1");
  CHECK(std::get<std::string>(book.check(secret_of("a"), kNow)) == "web1");
  const auto first = book.redeem(secret_of("a"), kNow);
  REQUIRE(std::holds_alternative<IdentityBook::Redeemed>(first));
  const auto certificate = certificate_of(std::get<IdentityBook::Redeemed>(first));
  CHECK(certificate.name == "web1");
  CHECK(certificate.issued == std::chrono::floor<std::chrono::seconds>(kNow));
  CHECK(certificate.expires == certificate.issued + limits::kNodeCertificateValidity);
  CHECK(book.admit(certificate) == Standing::kAdmitted);
  CHECK(std::holds_alternative<JoinRefused>(book.redeem(secret_of("a"), kNow + 3h)));
  CHECK(reason(book.check(secret_of("a"), kNow + 3h)) == v1::JoinRefusal::REASON_TOKEN_USED);
  CHECK(
      text(book.check(secret_of("a"), kNow + 3h)) ==
      "this token was used 3 hours ago; make a new one on the hub: picket token create --name web1 "
      "--replace");
}

TEST_CASE("a token expires at its instant, not before") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "a"));
  const WallTime end = kNow + limits::kTokenValidity;
  CHECK(reason(book.check(secret_of("a"), end - 1ns)) == v1::JoinRefusal::REASON_UNSPECIFIED);
  CHECK(reason(book.check(secret_of("a"), end)) == v1::JoinRefusal::REASON_TOKEN_EXPIRED);
  CHECK(
      text(book.check(secret_of("a"), end + 3h)) ==
      "this token expired 3 hours ago; make a new one on the hub: picket token create --name web1");
  CHECK(state(book, "a", end) == v1::Token::STATE_EXPIRED);
  CHECK(std::holds_alternative<JoinRefused>(book.redeem(secret_of("a"), end)));
}

TEST_CASE("a token is valid as long as was asked for, within 30 days") {
  IdentityBook book;
  auto order = order_for("web1");
  for (const Milliseconds wrong : {0ms, -1ms, Milliseconds(limits::kTokenValidityMax) + 1ms}) {
    order.valid = wrong;
    const auto refused = create(book, order, "a");
    REQUIRE(refused);
    CHECK(refused->code == v1::Error::CODE_INVALID);
    CHECK(refused->text == "a token is valid for 30 days at most");
  }
  order.valid = limits::kTokenValidityMax;
  CHECK_FALSE(create(book, order, "a"));
  order.valid = 1ms;
  REQUIRE_FALSE(create(book, order, "b"));
  CHECK(reason(book.check(secret_of("b"), kNow + 1ms)) == v1::JoinRefusal::REASON_TOKEN_EXPIRED);
}

TEST_CASE("a secret that no token has is refused") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "a"));
  CHECK(reason(book.check(secret_of("b"), kNow)) == v1::JoinRefusal::REASON_UNKNOWN_TOKEN);
  CHECK(std::holds_alternative<JoinRefused>(book.redeem(secret_of("b"), kNow)));
}

TEST_CASE("a hundred thousand guesses find no token") {
  IdentityBook book;
  for (int i = 0; i < 100; ++i) {
    REQUIRE_FALSE(create(book, order_for("web" + std::to_string(i)), "real" + std::to_string(i)));
  }
  int found = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto checked = book.check(secret_of("guess" + std::to_string(i)), kNow);
    if (reason(checked) != v1::JoinRefusal::REASON_UNKNOWN_TOKEN) ++found;
  }
  CHECK(found == 0);
}

TEST_CASE("a new token for a name revokes the older unused one") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "old"));
  REQUIRE_FALSE(create(book, order_for("db1"), "other"));
  REQUIRE_FALSE(create(book, order_for("web1"), "new", kNow + 1min));
  CHECK(state(book, "old") == v1::Token::STATE_REVOKED);
  CHECK(text(book.check(secret_of("old"), kNow + 2min)) ==
        "this token was revoked 1 minute ago; make a new one on the hub: picket token create "
        "--name web1");
  CHECK(state(book, "other") == v1::Token::STATE_VALID);
  CHECK(std::holds_alternative<IdentityBook::Redeemed>(book.redeem(secret_of("new"), kNow)));
}

TEST_CASE(
    "a name that has joined needs replace, and is replaced when the token is used, not before") {
  IdentityBook book;
  const auto old = join(book, "web1", kNow);
  const auto refused = create(book, order_for("web1"), "again");
  REQUIRE(refused);
  CHECK(refused->code == v1::Error::CODE_ALREADY_EXISTS);
  REQUIRE_FALSE(create(book, order_for("web1", true), "replace"));
  CHECK(book.admit(old) == Standing::kAdmitted);
  const auto redeemed = book.redeem(secret_of("replace"), kNow);
  REQUIRE(std::holds_alternative<IdentityBook::Redeemed>(redeemed));
  CHECK(book.admit(old) == Standing::kRevoked);
  CHECK(book.admit(certificate_of(std::get<IdentityBook::Redeemed>(redeemed))) ==
        Standing::kAdmitted);
}

TEST_CASE(
    "a certificate made in the second of a revocation is admitted, all before it are refused") {
  IdentityBook book;
  const auto first = join(book, "web1", kNow);
  REQUIRE_FALSE(book.revoke_node("web1", kNow));
  CHECK(book.admit(first) == Standing::kRevoked);
  const auto second = join(book, "web1", kNow, true);
  CHECK(book.admit(second) == Standing::kAdmitted);
  CHECK(book.admit(first) == Standing::kRevoked);
  REQUIRE_FALSE(book.revoke_node("web1", kNow));
  CHECK(book.admit(second) == Standing::kRevoked);
  const auto third = join(book, "web1", kNow, true);
  CHECK(book.admit(third) == Standing::kAdmitted);
  CHECK(book.admit(second) == Standing::kRevoked);
}

TEST_CASE("a revocation holds also for certificates made by a clock that was ahead") {
  IdentityBook book;
  const auto ahead = join(book, "web1", kNow + 2min);
  REQUIRE_FALSE(book.revoke_node("web1", kNow));
  CHECK(book.admit(ahead) == Standing::kRevoked);
  CHECK(book.admit(join(book, "web1", kNow, true)) == Standing::kAdmitted);
}

TEST_CASE(
    "a hub whose clock fell far behind its certificates says so instead of making useless ones") {
  IdentityBook book;
  join(book, "web1", kNow + 24h);
  REQUIRE_FALSE(create(book, order_for("web1", true), "a"));
  const auto redeemed = book.redeem(secret_of("a"), kNow);
  REQUIRE(std::holds_alternative<JoinRefused>(redeemed));
  CHECK(std::get<JoinRefused>(redeemed).text ==
        "the hub's clock is 1 day behind the certificates it has made; set the hub's clock");
  CHECK(state(book, "a") == v1::Token::STATE_VALID);
}

TEST_CASE("revoking a node revokes its unused tokens, and doing it twice changes nothing") {
  IdentityBook book;
  CHECK(book.revoke_node("web1", kNow)->code == v1::Error::CODE_NO_SUCH_NODE);
  join(book, "web1", kNow);
  REQUIRE_FALSE(create(book, order_for("web1", true), "spare"));
  REQUIRE_FALSE(book.revoke_node("web1", kNow + 1s));
  CHECK(state(book, "spare") == v1::Token::STATE_REVOKED);
  REQUIRE(book.known().size() == 1);
  CHECK(book.known().front().revoked == kNow + 1s);
  CHECK_FALSE(book.revoke_node("web1", kNow + 5s));
  CHECK(book.known().front().revoked == kNow + 1s);
  join(book, "web1", kNow + 6s, true);
  CHECK_FALSE(book.known().front().revoked);
}

TEST_CASE("a forgotten name is unknown, and its certificates stay refused when it joins again") {
  IdentityBook book;
  const auto old = join(book, "web1", kNow);
  REQUIRE_FALSE(create(book, order_for("web1", true), "spare"));
  REQUIRE_FALSE(book.forget_node("web1", kNow));
  CHECK(book.admit(old) == Standing::kUnknown);
  CHECK(book.known().empty());
  CHECK(state(book, "spare") == v1::Token::STATE_UNSPECIFIED);
  CHECK(book.forget_node("web1", kNow)->code == v1::Error::CODE_NO_SUCH_NODE);
  CHECK(book.revoke_node("web1", kNow)->code == v1::Error::CODE_NO_SUCH_NODE);
  const auto fresh = join(book, "web1", kNow);
  CHECK(book.admit(fresh) == Standing::kAdmitted);
  CHECK(book.admit(old) == Standing::kRevoked);
}

TEST_CASE("what is remembered of a forgotten name ends a year after its certificate") {
  IdentityBook book;
  const auto old = join(book, "web1", kNow);
  REQUIRE_FALSE(book.forget_node("web1", kNow));
  const WallTime end = old.expires + limits::kForgottenRemembered;
  join(book, "a", end);
  REQUIRE_FALSE(book.forget_node("a", end));
  CHECK(book.to_message().nodes_size() == 2);
  join(book, "b", end);
  REQUIRE_FALSE(book.forget_node("b", end + 1ns));
  CHECK(book.to_message().nodes_size() == 2);
}

TEST_CASE("a name that only has tokens can be forgotten") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "a"));
  CHECK_FALSE(book.forget_node("web1", kNow));
  CHECK(book.tokens(kNow).empty());
}

TEST_CASE("a certificate of a name that this hub never admitted is unknown") {
  IdentityBook book;
  CHECK(book.admit({"web1", kNow, kNow + 1h}) == Standing::kUnknown);
}

TEST_CASE("a token is revoked by its id or its secret, a used one is not") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "a"));
  REQUIRE_FALSE(create(book, order_for("web2"), "b"));
  CHECK_FALSE(book.revoke_token(token_id(secret_of("a")), kNow));
  CHECK_FALSE(book.revoke_token(secret_of("b"), kNow));
  CHECK(state(book, "a") == v1::Token::STATE_REVOKED);
  CHECK(state(book, "b") == v1::Token::STATE_REVOKED);
  CHECK(std::holds_alternative<JoinRefused>(book.redeem(secret_of("a"), kNow)));
  CHECK(book.revoke_token("0123456789ab", kNow)->code == v1::Error::CODE_NO_SUCH_TOKEN);
  CHECK(book.revoke_token("", kNow)->code == v1::Error::CODE_NO_SUCH_TOKEN);
  REQUIRE_FALSE(create(book, order_for("web3"), "c"));
  REQUIRE(std::holds_alternative<IdentityBook::Redeemed>(book.redeem(secret_of("c"), kNow)));
  CHECK(book.revoke_token(secret_of("c"), kNow)->text ==
        "this token was used; `picket node revoke web3` ends what it was used for");
}

TEST_CASE("an order of tokens is filled whole or not at all") {
  IdentityBook book;
  join(book, "web2", kNow);
  const std::size_t before = book.tokens(kNow).size();
  std::vector<v1::Token> created;
  TokenOrder order;
  const std::vector<Sha256> secrets = {secret_of("1"), secret_of("2"), secret_of("3")};
  for (const auto& third : {"web2", "web 3", "", "web1"}) {
    order.nodes = {"web1", "web9", third};
    CHECK(book.create_tokens(order, secrets, kNow, created));
  }
  order.nodes = {};
  CHECK(book.create_tokens(order, {}, kNow, created));
  CHECK(created.empty());
  CHECK(book.tokens(kNow).size() == before);
  order.nodes = {"web1", "web9", "web3"};
  REQUIRE_FALSE(book.create_tokens(order, secrets, kNow, created));
  REQUIRE(created.size() == 3);
  CHECK(created[2].node() == "web3");
  CHECK(created[2].id() == token_id(secrets[2]));
  CHECK(created[2].state() == v1::Token::STATE_VALID);
}

TEST_CASE("a thousand tokens are made at once, not one more") {
  IdentityBook book;
  TokenOrder order;
  std::vector<Sha256> secrets;
  std::vector<v1::Token> created;
  for (std::size_t i = 0; i <= limits::kTokensPerRequestMax; ++i) {
    order.nodes.push_back("web" + std::to_string(i));
    secrets.push_back(secret_of(order.nodes.back()));
  }
  CHECK(book.create_tokens(order, secrets, kNow, created)->code == v1::Error::CODE_INVALID);
  order.nodes.pop_back();
  secrets.pop_back();
  CHECK_FALSE(book.create_tokens(order, secrets, kNow, created));
  CHECK(created.size() == limits::kTokensPerRequestMax);
}

TEST_CASE("a full book drops finished tokens, oldest first, and refuses when all are valid") {
  IdentityBook book;
  std::size_t made = 0;
  const auto fill = [&](WallTime now, std::size_t count) {
    TokenOrder order;
    std::vector<Sha256> secrets;
    std::vector<v1::Token> created;
    for (std::size_t i = 0; i < count; ++i) {
      order.nodes.push_back("web" + std::to_string(made));
      secrets.push_back(secret_of("s" + std::to_string(made++)));
    }
    return book.create_tokens(order, secrets, now, created);
  };
  while (made < limits::kTokensKeptMax) REQUIRE_FALSE(fill(kNow, limits::kTokensPerRequestMax));
  CHECK(fill(kNow, 1)->code == v1::Error::CODE_BUSY);
  REQUIRE_FALSE(book.revoke_token(secret_of("s7"), kNow));
  REQUIRE_FALSE(book.revoke_token(secret_of("s5"), kNow + 1s));
  CHECK_FALSE(fill(kNow + 2s, 1));
  CHECK(state(book, "s7") == v1::Token::STATE_UNSPECIFIED);
  CHECK(state(book, "s5") == v1::Token::STATE_REVOKED);
  CHECK(book.tokens(kNow).size() == limits::kTokensKeptMax);
  // A month after they expired nobody asks for them.
  CHECK_FALSE(fill(kNow + 32 * 24h, 1));
  CHECK(book.tokens(kNow).size() == 1);
}

TEST_CASE("two secrets with one id are refused") {
  IdentityBook book;
  REQUIRE_FALSE(create(book, order_for("web1"), "a"));
  CHECK(create(book, order_for("web2"), "a")->code == v1::Error::CODE_INTERNAL);
}

TEST_CASE("the book survives its file, with every state that a token and a node can have") {
  IdentityBook book;
  const auto admitted = join(book, "web1", kNow);
  const auto revoked = join(book, "web2", kNow);
  const auto forgotten = join(book, "web3", kNow);
  REQUIRE_FALSE(book.revoke_node("web2", kNow));
  REQUIRE_FALSE(book.forget_node("web3", kNow));
  REQUIRE_FALSE(create(book, order_for("db1"), "valid"));
  REQUIRE_FALSE(create(book, order_for("db2"), "revoked"));
  REQUIRE_FALSE(book.revoke_token(secret_of("revoked"), kNow));
  const auto copy = IdentityBook::from_message(book.to_message());
  REQUIRE(copy);
  CHECK(copy->to_message().SerializeAsString() == book.to_message().SerializeAsString());
  CHECK(copy->admit(admitted) == Standing::kAdmitted);
  CHECK(copy->admit(revoked) == Standing::kRevoked);
  CHECK(copy->admit(forgotten) == Standing::kUnknown);
  CHECK(state(*copy, "valid") == v1::Token::STATE_VALID);
  CHECK(state(*copy, "revoked") == v1::Token::STATE_REVOKED);
}

TEST_CASE("a message that contradicts the rules is no book") {
  IdentityBook book;
  join(book, "web1", kNow);
  const auto good = book.to_message();
  const auto is_book = [](const v1::IdentityBook& message) {
    return IdentityBook::from_message(message).has_value();
  };
  REQUIRE(is_book(good));
  CHECK_FALSE(is_book({}));
  auto newer = good;
  newer.set_format(2);
  CHECK_FALSE(is_book(newer));
  auto twice = good;
  *twice.add_nodes() = good.nodes(0);
  CHECK_FALSE(is_book(twice));
  auto nameless = good;
  nameless.mutable_nodes(0)->set_name("../web1");
  CHECK_FALSE(is_book(nameless));
  auto short_hash = good;
  short_hash.mutable_tokens(0)->set_secret_sha256("short");
  CHECK_FALSE(is_book(short_hash));
  auto same_token = good;
  *same_token.add_tokens() = good.tokens(0);
  CHECK_FALSE(is_book(same_token));
}

}  // namespace picket::hub
