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

TEST_CASE("peers are named by their keys, and how often to look at them has bounds") {
  constexpr char kKey[] = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
  NodeConfig config;
  const auto errors = describe(config).read(
      "node.toml", std::string("[wireguard]\npoll = \"1s\"\n[wireguard.names]\n\"") + kKey +
                       "\" = \"laptop\"\n");
  CHECK(errors.empty());
  CHECK(config.wireguard.poll == Milliseconds(1000));
  CHECK(config.wireguard.names.at(kKey) == "laptop");
  NodeConfig again;
  CHECK(describe(again).read("node.toml", describe(config).effective()).empty());
  CHECK(again.wireguard.names == config.wireguard.names);
  const auto count = [&](const std::string& text) {
    return describe(config).read("node.toml", text).size();
  };
  CHECK(count("wireguard.poll = \"999ms\"") == 1);
  CHECK(count("wireguard.poll = \"1h\"") == 0);
  CHECK(count("wireguard.poll = \"1h1ms\"") == 1);
  CHECK(count("[wireguard.names]\nlaptop = \"key\"") == 1);
  CHECK(count("[wireguard.names]\n\"" + std::string(kKey) + "\" = \"\"") == 1);
  CHECK(count("[wireguard.names]\n\"" + std::string(kKey) + "\" = 7") == 1);
  CHECK(count("[wireguard]\nnames = \"laptop\"") == 1);
}

}  // namespace picket::node
