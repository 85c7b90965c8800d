#include "node/config.h"

#include <string>

#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/uncommented.h"

namespace picket::node {

TEST_CASE("the node's example file is what its description says, and means the defaults") {
  NodeConfig config;
  const std::string example = describe(config).example();
  CHECK(example == test::golden("deploy/examples/node.toml", example));
  const std::string defaults = describe(config).effective();
  CHECK(describe(config).read("node.toml", example).empty());
  CHECK(describe(config).effective() == defaults);
  CHECK(describe(config).read("node.toml", test::uncommented(example)).empty());
  CHECK(describe(config).effective() == defaults);
}

TEST_CASE("the node's keys are read, and its poll is never faster than 30 s") {
  NodeConfig config;
  const auto errors = describe(config).read("node.toml", R"(
hub = ["hub.example.org:9992"]
[sessions]
enabled = false
poll = "1m"
)");
  CHECK(errors.empty());
  CHECK(config.hub == std::vector<HostPort>{{"hub.example.org", 9992}});
  CHECK_FALSE(config.sessions.enabled);
  CHECK(config.sessions.poll == Milliseconds(std::chrono::minutes(1)));
  CHECK(describe(config).read("node.toml", "sessions.poll = \"30s\"").empty());
  CHECK(describe(config).read("node.toml", "sessions.poll = \"29s999ms\"").size() == 1);
}

}  // namespace picket::node
