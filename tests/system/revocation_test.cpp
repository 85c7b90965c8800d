// Revoking and forgetting cut what is live, are remembered, and stand in the audit file.
#include <signal.h>

#include "common/audit_verify.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("T11: revoking cuts the live link within a second and keeps the node out") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  const Child watch = site.start_picket({"watch"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  REQUIRE(site.picket({"node", "revoke", "web1"}).status == 0);
  site.await_state("web1", "revoked", 1s);
  wait_until("watch says so", [&] { return contains(read(site / "watch"), "revoked"); }, 1s);
  wait_until(
      "the agent says so", [&] { return contains(site.node_log("web1"), "was revoked"); }, 1s);

  site.start_node("web1");
  wait_until("it is refused again", [&] { return contains(site.hub_log(), "reason=revoked"); });
  site.start_hub();  // and by a hub that has started anew
  site.start_node("web1");
  wait_until("it is refused by the next hub, too", [&] {
    const Json closed = site.ask({"status"}).at("closed_links");
    return !closed.empty() && closed[0].at("reason") == "revoked";
  });
  CHECK(site.state_of("web1") != "connected");
}

TEST_CASE("a node is forgotten once it is gone, its agent is told to join again") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  const CommandResult refused = site.picket({"node", "forget", "web1"});
  CHECK(refused.status == 1);
  CHECK(contains(refused.output, "web1 is connected"));
  site.node("web1").signal(SIGTERM);
  site.await_state("web1", "disconnected");
  CHECK(site.picket({"node", "forget", "web1"}).status == 0);
  CHECK(site.state_of("web1").empty());
  CHECK(site.picket({"show", "web1"}).status == 3);
  CHECK(site.picket({"node", "forget", "web1"}).status == 3);
  site.start_node("web1");
  wait_until("it is told", [&] { return contains(site.node_log("web1"), "join again"); });
}

TEST_CASE("tokens, joins, revoking and forgetting are in the audit file, whose chain holds") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  site.new_token("web2");
  const std::string id = site.ask({"token", "create", "--name", "web3"}).at("id");
  REQUIRE(site.picket({"token", "revoke", id}).status == 0);
  REQUIRE(site.picket({"node", "revoke", "web1"}).status == 0);
  REQUIRE(site.picket({"node", "forget", "web1"}).status == 0);
  CHECK(site.picket({"node", "revoke", "nobody"}).status == 3);
  const std::string path = site / "hub/audit.jsonl";
  CHECK(mode_of(path) == 0600);
  const std::string text = read(path);
  for (const char* action :
       {"token.create", "node.join", "token.revoke", "node.revoke", "node.forget"}) {
    CHECK(contains(text, "\"action\":\"" + std::string(action) + "\""));
  }
  const auto summary = verify_audit_log(path);
  REQUIRE(summary);
  CHECK(summary->records >= 7);
  site.start_hub();  // goes on with the chain
  site.new_token("web4");
  CHECK(verify_audit_log(path)->records > summary->records);
}

}  // namespace picket::test
