// Joining that goes wrong says what is wrong, exits 1 and leaves nothing behind. Citations: T4, T12
// of the threats.
#include "common/token.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

struct RunningSite : Site {
  explicit RunningSite(const std::string& hub_toml = {}) : Site(hub_toml) {
    if (init().status != 0) throw std::runtime_error("init failed");
    start_hub();
  }
};

using namespace std::chrono_literals;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Exit 1, the words, one line, and no key on the disk.
void check_refused(const Site& site, const CommandResult& result, const std::string& words) {
  CHECK(result.status == 1);
  INFO(result.output);
  CHECK(contains(result.output, words));
  CHECK(result.output.starts_with("picket-node: "));
  CHECK(result.output.find('\n') == result.output.size() - 1);
  CHECK_FALSE(contains(list(site / "web1"), ".pem"));
}

std::string with_fingerprint_of(const std::string& token, const std::string& other) {
  auto payload = parse_token(token);
  const auto foreign = parse_token(other);
  REQUIRE(payload);
  REQUIRE(foreign);
  payload->set_ca_sha256(foreign->ca_sha256());
  return format_token(*payload);
}

std::string with_secret_of(const std::string& token, const std::string& other) {
  auto payload = parse_token(token);
  const auto foreign = parse_token(other);
  REQUIRE(payload);
  REQUIRE(foreign);
  payload->set_secret(foreign->secret());
  return format_token(*payload);
}

// The hub's log and audit file hold no token, nor any part of its secret.
void check_no_secret(const Site& site, const std::string& token) {
  const std::string secret = token.substr(5);
  for (const std::string& text : {site.hub_log(), read(site / "hub/audit.jsonl")}) {
    for (std::size_t at = 0; at + 24 <= secret.size(); at += 8) {
      CHECK_FALSE(contains(text, secret.substr(at, 24)));
    }
  }
}

}  // namespace

TEST_CASE("a token is good once, for its name, and stays out of logs and the audit file") {
  RunningSite site;
  const std::string token = site.new_token("web1");
  CHECK(site.join("web1", token).status == 0);
  CHECK(mode_of(site / "web1") == 0700);
  const CommandResult elsewhere = site.join("web2", token);
  CHECK(elsewhere.status == 1);
  CHECK(contains(elsewhere.output, "was used"));
  CHECK_FALSE(contains(list(site / "web2"), ".pem"));
  const CommandResult again = site.join("web1", token);
  CHECK(again.status == 1);
  CHECK(contains(again.output, "has joined that hub already, as web1; --replace"));
  check_no_secret(site, token);
}

TEST_CASE("T4: a hub that is not the token's is refused before the secret is sent") {
  RunningSite site;
  RunningSite other;
  const std::string token = site.new_token("web1");
  const std::string forged = with_fingerprint_of(token, other.new_token("web1"));
  check_refused(site, site.join("web1", forged), "the hub's CA is not the one in the token");
  CHECK(site.join("web1", token).status == 0);  // it was not used up
}

TEST_CASE("a token of another hub, a revoked, a cut and a mistyped one each say so") {
  RunningSite site;
  RunningSite other;
  const std::string token = site.new_token("web1");
  check_refused(site, site.join("web1", with_secret_of(token, other.new_token("web1"))),
                "doesn't know the token");
  check_refused(site, site.join("web1", token.substr(0, token.size() - 3)), "cut off or mistyped");
  std::string mistyped = token;
  mistyped[20] = mistyped[20] == 'A' ? 'B' : 'A';
  check_refused(site, site.join("web1", mistyped), "cut off or mistyped");
  check_refused(site, site.join("web1", "hello"), "they begin with pkt1_");
  CHECK(site.picket({"token", "revoke", site.ask({"token", "list"}).at("id")}).status == 0);
  check_refused(site, site.join("web1", token), "was revoked");
}

TEST_CASE("an expired token says so") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  const std::string token = site.new_token("web1", {"--valid", "1h"});
  const Words later = clock_off_by("+2h");
  site.start_hub(later);
  check_refused(site, site.join("web1", token, {}, later), "expired");
}

TEST_CASE("a clock that is off by years is named, and which way") {
  RunningSite site;
  const auto join_at = [&](const std::string& offset) {
    return site.join("web1", site.new_token("web1", {"--replace"}), {}, clock_off_by(offset));
  };
  check_refused(site, join_at("-3y"), "behind the hub's");
  check_refused(site, join_at("+3y"), "ahead of the hub's");
  check_refused(site, join_at("-25h"), "1 day behind the hub's");
}

TEST_CASE("a wrong clock uses no token up and ends no certificate, nor does it count as a guess") {
  RunningSite site;
  site.add_node("web1");
  const std::string token = site.new_token("web1", {"--replace"});
  for (int attempt = 0; attempt < 7; ++attempt) {
    const auto result = site.join("web1", token, {"--replace"}, clock_off_by("-3y"));
    CHECK(contains(result.output, "the token was not used"));
  }
  CHECK(site.state_of("web1") == "connected");
  CHECK(site.join("web1", token, {"--replace"}).status == 0);
}

TEST_CASE("a hub that can't be reached is named with its address and the reason") {
  RunningSite site;
  const std::string token = site.new_token("web1");
  site.kill_hub();
  check_refused(site, site.join("web1", token), site.address() + ": Connection refused");
}

TEST_CASE("T12: guesses are refused alike, and soon not even looked at") {
  RunningSite site;
  RunningSite other;
  const std::string token = site.new_token("web1");
  std::string last;
  for (int guess = 0; guess < 7; ++guess) {
    const CommandResult result =
        site.join("web1", with_secret_of(token, other.new_token("web" + std::to_string(guess))));
    CHECK(result.status == 1);
    last = result.output;
  }
  CHECK_FALSE(contains(last, "doesn't know the token"));
  CHECK(contains(last, "too many"));
  CHECK_FALSE(contains(list(site / "web1"), ".pem"));
}

TEST_CASE("a token made with --replace makes a name anew: the old agent is cut and stays out") {
  RunningSite site;
  site.add_node("web1");
  CHECK(contains(site.picket({"token", "create", "--name", "web1"}).output, "--replace"));
  const std::string token = site.new_token("web1", {"--replace"});
  REQUIRE(site.join("web1-new", token).status == 0);
  wait_until("the old agent hears of it",
             [&] { return contains(site.node_log("web1"), "revoked or replaced"); });
  site.start_node("web1-new");
  site.await_state("web1", "connected");
  wait_until("the new agent is in",
             [&] { return contains(site.node_log("web1-new"), "connected to hub"); });
  CHECK(site.state_of("web1-new").empty());  // its name is the certificate's
}

TEST_CASE("an agent that runs while its host joins again goes on with the new certificate") {
  RunningSite site;
  site.add_node("web1");
  const CommandResult joined =
      site.join("web1", site.new_token("web1", {"--replace"}), {"--replace"});
  CHECK(joined.status == 0);
  CHECK(contains(joined.output, "Next: nothing; the picket-node that runs here takes it up"));
  wait_until(
      "the agent takes it up",
      [&] { return contains(site.node_log("web1"), "goes on with another certificate"); }, 10s);
  site.await_state("web1", "connected");

  Site other;
  REQUIRE(other.init().status == 0);
  other.start_hub();
  const CommandResult second = site.join("web1", other.new_token("web1"));
  CHECK(second.status == 0);
  CHECK(contains(second.output, "Next: restart picket-node"));
}

}  // namespace picket::test
