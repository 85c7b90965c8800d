// Keys for years: certificates that are renewed while a node is connected, after they have expired,
// and how a stolen one comes to its end. The clocks of hub and agents are moved; none is waited
// for.
#include <signal.h>

#include <filesystem>

#include "common/audit_verify.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct RenewedSite : Site {
  RenewedSite() {
    REQUIRE(init().status == 0);
    start_hub();
  }
  /// The only folder of a hub in the node's state folder.
  std::string membership(const std::string& node) const {
    for (const auto& entry : std::filesystem::directory_iterator(*this / (node + "/hubs"))) {
      return entry.path().string();
    }
    return {};
  }
  std::string certificate(const std::string& node) const {
    return read(membership(node) + "/certificate.pem");
  }
  /// The hub and the node go on, so much later.
  void go_on(const std::string& offset, const std::string& node = "web1") {
    kill_node(node);
    start_hub(clock_off_by(offset));
    start_node(node, {}, clock_off_by(offset));
  }
  /// The hub has taken a renewed certificate.
  bool is_renewed(const std::string& node, const std::string& first) const {
    return certificate(node) != first && !contains(list(*this / node), "renewed.pem");
  }
  bool is_audited(const std::string& action) const {
    return contains(read(*this / "hub/audit.jsonl"), "\"action\":\"" + action + "\"");
  }
};

}  // namespace

TEST_CASE("a certificate with less than 30 days left is renewed over the live link, unnoticed") {
  RenewedSite site;
  site.add_node("web1");
  const std::string first = site.certificate("web1");
  site.go_on("+59d");
  site.await_state("web1", "connected");
  CHECK(site.certificate("web1") == first);

  site.go_on("+61d");
  site.await_state("web1", "connected");
  const Child watch = site.start_picket({"watch"}, "watch");
  wait_until("it is renewed and used", [&] { return site.is_renewed("web1", first); }, 30s);
  CHECK(contains(site.node_log("web1"), "certificate renewed"));
  CHECK(mode_of(site.membership("web1") + "/key.pem") == 0600);
  CHECK(site.state_of("web1") == "connected");
  CHECK(site.is_audited("node.renew"));
  CHECK(verify_audit_log(site / "hub/audit.jsonl"));
  site.kill_node("web1");
  site.await_state("web1", "disconnected");
  wait_until("watch says so", [&] { return contains(read(site / "watch"), "disconnected"); });
  const std::string told = read(site / "watch");
  CHECK(told.find("connected") == told.rfind("connected"));  // that one end is all that was told
}

TEST_CASE("a server that slept for months renews an expired certificate by itself") {
  RenewedSite site;
  site.add_node("web1");
  const std::string first = site.certificate("web1");
  site.go_on("+200d");
  wait_until("it is renewed", [&] { return site.is_renewed("web1", first); });
  site.await_state("web1", "connected");
  CHECK(contains(site.hub_log(), "certificate renewed by proof of key"));
  CHECK(site.is_audited("node.renew"));
}

TEST_CASE("a link whose certificate ends is closed, and its agent comes back with a new one") {
  RenewedSite site;
  write(site / "clock", "+0d");
  const Words clock = clock_off_by_file(site / "clock");
  site.start_hub(clock);
  REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
  site.start_node("web1", {}, clock);
  site.await_state("web1", "connected");
  const std::string first = site.certificate("web1");
  site.node("web1").signal(SIGSTOP);  // or it would renew over the link before the hub looks
  write(site / "clock", "+91d");
  wait_until(
      "the link is closed", [&] { return contains(site.hub_log(), "reason=certificate_expired"); },
      30s);
  site.node("web1").signal(SIGCONT);
  wait_until("it is renewed", [&] { return site.is_renewed("web1", first); });
  site.await_state("web1", "connected");
  CHECK(contains(site.node_log("web1"), "has expired while it was connected"));
  CHECK(contains(site.hub_log(), "certificate renewed by proof of key"));
}

TEST_CASE("an expired certificate that was revoked, or is older than a year, is not renewed") {
  RenewedSite site;
  site.add_node("web1");
  site.add_node("web2");
  REQUIRE(site.picket({"node", "revoke", "web2"}).status == 0);
  site.go_on("+100d", "web2");
  wait_until("a revoked one is told", [&] {
    return contains(site.node_log("web2"), "certificate not renewed") &&
           contains(site.node_log("web2"), "was revoked or replaced");
  });
  CHECK(contains(site.node_log("web2"), "picket token create --name web2 --replace"));
  site.go_on("+460d", "web1");
  wait_until("one too old is told",
             [&] { return contains(site.node_log("web1"), "may be renewed for 1 year"); });
  CHECK(site.state_of("web1") != "connected");
}

TEST_CASE("T11: a stolen key is noticed, and ends when the certificate is renewed") {
  RenewedSite site;
  site.add_node("web1");
  std::filesystem::copy(site / "web1", site / "thief", std::filesystem::copy_options::recursive);
  const Child watch = site.start_picket({"watch"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  site.start_node("thief");
  wait_until("the conflict is told with both addresses",
             [&] { return contains(read(site / "watch"), "identity conflict: 127.0.0.1:"); });
  CHECK(site.is_audited("node.identity_conflict"));
  CHECK(site.state_of("web1") == "connected");
  site.kill_node("thief");

  const std::string first = site.certificate("web1");
  site.go_on("+61d");
  wait_until("web1 renews", [&] { return site.is_renewed("web1", first); }, 30s);
  site.kill_node("web1");
  site.await_state("web1", "disconnected");
  site.start_node("thief", {}, clock_off_by("+61d"));
  const Child later = site.start_picket({"watch", "--since", "1h"}, "later");
  wait_until("what was stolen is worth nothing",
             [&] { return contains(site.node_log("thief"), "was revoked or replaced"); });
  wait_until("and it is told",
             [&] { return contains(read(site / "later"), "refused 127.0.0.1:"); });
  CHECK(site.is_audited("node.refuse"));
}

TEST_CASE("T11: a thief who is revoked can't renew, its owner joins again under the name") {
  RenewedSite site;
  site.add_node("web1");
  std::filesystem::copy(site / "web1", site / "thief", std::filesystem::copy_options::recursive);
  REQUIRE(site.picket({"node", "revoke", "web1"}).status == 0);
  site.await_state("web1", "revoked", 1s);
  const auto joined = site.join("web1", site.new_token("web1", {"--replace"}), {"--replace"});
  REQUIRE(joined.status == 0);
  site.await_state("web1", "connected");
  site.kill_node("web1");
  site.start_node("thief");
  wait_until("the thief is refused",
             [&] { return contains(site.node_log("thief"), "was revoked or replaced"); });
  site.kill_node("thief");
  site.go_on("+91d", "thief");  // when it would have to renew by its key
  wait_until("and can't renew", [&] {
    return contains(site.node_log("thief"), "certificate not renewed why=\"the hub refused: ");
  });
  CHECK(site.state_of("web1") != "connected");
}

}  // namespace picket::test
