// The audit log of a real hub: shown over its socket, checked without it, whole after a crash.
#include <string>

#include "common/audit_verify.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

CommandResult hub_does(const Site& site, const Words& words) {
  Words all = {"timeout", "30", program("picket-hub"), "--config", site / "hub.toml"};
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

}  // namespace

TEST_CASE(
    "picket audit shows what was done, in JSON as the file has it, and verify finds it whole") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  REQUIRE(site.picket({"node", "revoke", "web1"}).status == 0);
  const std::string path = site / "hub/audit.jsonl";
  const CommandResult shown = site.picket({"audit"});
  CHECK(shown.status == 0);
  CHECK(contains(shown.output, "node.revoke     web1: accepted\n"));
  CHECK(site.picket({"audit", "--json"}).output == read(path));
  CHECK(site.picket({"audit", "--since", "1h", "--json"}).output == read(path));
  CHECK(site.picket({"audit", "--since", "0s"}).output.empty());

  const auto summary = verify_audit_log(path);
  REQUIRE(summary);
  const CommandResult verified = site.picket({"audit", "verify", path});
  CHECK(verified.status == 0);
  CHECK(verified.output == to_text(*summary) + "\n");
  CHECK(hub_does(site, {"verify-audit"}).output == verified.output);
  CHECK(hub_does(site, {"verify-audit", path}).output == verified.output);
}

TEST_CASE("a record that was changed is named by both programs that verify") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.new_token("web1");
  site.new_token("web2");
  const std::string path = site / "hub/audit.jsonl";
  std::string text = read(path);
  text.replace(text.find("web1"), 4, "web3");
  write(path, text);
  for (const auto& result :
       {site.picket({"audit", "verify", path}), hub_does(site, {"verify-audit"})}) {
    CHECK(result.status == 1);
    CHECK(contains(result.output, path + ", line 1: changed, or not a record"));
  }
}

TEST_CASE("the audit log of a hub that is killed again and again is one chain") {
  Site site;
  REQUIRE(site.init().status == 0);
  for (int i = 0; i < 5; ++i) {
    site.start_hub();
    site.new_token("web" + std::to_string(i));
    site.kill_hub();
  }
  const auto summary = verify_audit_log(site / "hub/audit.jsonl");
  REQUIRE(summary);
  CHECK(summary->records == 5);
}

TEST_CASE("verify without files says what to do where there are none") {
  Site site;
  const CommandResult none = hub_does(site, {"verify-audit"});
  CHECK(none.status == 1);
  CHECK(contains(none.output, "there is no audit file " + (site / "hub/audit.jsonl")));
}

}  // namespace picket::test
