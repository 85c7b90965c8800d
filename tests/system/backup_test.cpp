// A hub that is lost and comes back from its backup.
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

CommandResult hub_does(const Site& site, const Words& words) {
  Words all = {"timeout", "30", program("picket-hub"), "--config", site / "hub.toml"};
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

}  // namespace

TEST_CASE(
    "a hub restored from a backup made while it ran takes its nodes back and repeats no seq") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  const auto backed_up = hub_does(site, {"backup", site / "file"});
  CHECK(backed_up.status == 0);
  CHECK(backed_up.output.find("Backed up hub ") == 0);
  // What the backup doesn't have: web2's join, and the updates that it brings.
  site.add_node("web2");
  const uint64_t last_seq = site.ask({"status"}).at("seq");
  const std::string hub_id = site.ask({"status"}).at("hub_id");

  const auto over = hub_does(site, {"restore", site / "file"});
  CHECK(over.status == 1);
  CHECK(over.output.find("already") != std::string::npos);
  site.kill_hub();
  std::filesystem::remove_all(site / "hub");
  const auto restored = hub_does(site, {"restore", site / "file"});
  CHECK(restored.status == 0);
  CHECK(restored.output.find("Restored hub " + hub_id) == 0);
  site.start_hub();
  CHECK(site.ask({"status"}).at("hub_id") == hub_id);
  CHECK(site.ask({"status"}).at("seq").get<uint64_t>() > last_seq);
  site.await_state("web1", "connected");
  CHECK(site.ask({"show", "web1"}).contains("sessions"));
}

TEST_CASE("backups made while the hub stores updates are each whole") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  for (int i = 0; i < 5; ++i) {
    site.kill_node("web1");  // each start and end is stored
    site.start_node("web1");
    const std::string file = site / "file" + std::to_string(i);
    REQUIRE(hub_does(site, {"backup", file}).status == 0);
    site.await_state("web1", "connected");
    write(site / "back.toml", "state_folder = \"" + (site / "back") + std::to_string(i) + "\"\n");
    CHECK(run({program("picket-hub"), "--config", site / "back.toml", "restore", file}).status ==
          0);
  }
}

}  // namespace picket::test
