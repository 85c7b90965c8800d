#include "node/cli/reload.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

Reloaded read(const std::string& text) {
  const test::TemporaryFolder folder;
  test::write(folder / "node.toml", text);
  return read_again({.path = folder / "node.toml", .given = true, .log_level = {}}, NodeConfig());
}

}  // namespace

TEST_CASE("a running agent takes over all of its configuration but the state folder") {
  const Reloaded reloaded = read(
      "hub = [\"192.0.2.1:9992\"]\nstate_folder = \"/elsewhere\"\n[sessions]\npoll = \"60s\"\n"
      "[auth_log]\nenabled = false\n[log]\nlevel = \"warn\"\n");
  REQUIRE(reloaded.errors.empty());
  CHECK(reloaded.changed == Keys{"hub", "auth_log.enabled", "sessions.poll", "log.level"});
  CHECK(reloaded.need_restart == Keys{"state_folder"});
  CHECK(reloaded.config.state_folder == NodeConfig().state_folder);
  CHECK(reloaded.config.sessions.poll == 60s);
  CHECK_FALSE(reloaded.config.auth_log.enabled);
}

TEST_CASE("a bad file of an agent says each error with its line, and gives no configuration") {
  const Reloaded reloaded = read("[sessions]\nenabled = false\npoll = \"1s\"\nnight = 1\n");
  REQUIRE(reloaded.errors.size() == 2);
  CHECK(reloaded.errors[0].find("node.toml:3: sessions.poll: ") != std::string::npos);
  CHECK(reloaded.errors[1].find("node.toml:4: sessions.night: ") != std::string::npos);
  CHECK(reloaded.changed.empty());
}

}  // namespace picket::node
