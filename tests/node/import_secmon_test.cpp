#include "node/import_secmon.h"

#include <algorithm>

#include "node/config.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// What the text means to an agent.
NodeConfig config_of(const std::string& text) {
  const ImportedSecmon imported = import_secmon(text);
  CHECK(imported.errors.empty());
  NodeConfig config;
  INFO(imported.config);
  CHECK(describe(config).read("node.toml", imported.config).empty());
  return config;
}

bool mentions(const std::vector<std::string>& lines, const std::string& word) {
  return std::ranges::any_of(
      lines, [&word](const auto& line) { return line.find(word) != std::string::npos; });
}

}  // namespace

TEST_CASE("SM4: secmon's unit becomes a configuration: its hub, and what it watched") {
  const NodeConfig config = config_of(
      "[Unit]\nDescription=secmon node\n[Service]\n"
      "Environment=HUB_IP=10.0.0.1 \"HUB_PORT=9999\"\n"
      "ExecStart=/usr/local/bin/secmon node --reconnect auth who\nRestart=always\n");
  CHECK(config.hub == std::vector<HostPort>{{"10.0.0.1", 9999}});
  CHECK(config.sessions.enabled);
  CHECK(config.auth_log.enabled);
  CHECK_FALSE(config.wireguard.enabled);
}

TEST_CASE("SM4: an environment file becomes one too, with secmon's defaults and a note") {
  const NodeConfig config = config_of("# hub\nexport HUB_IP='fe80::1'\nOTHER=x\n");
  CHECK(config.hub == std::vector<HostPort>{{"fe80::1", 9992}});
  CHECK(config.sessions.enabled);
  CHECK(config.wireguard.enabled);
  CHECK(config_of("").hub == std::vector<HostPort>{{"127.0.0.1", 9992}});
  CHECK(mentions(import_secmon("").notes, "all that can be watched"));
}

TEST_CASE("SM5: a value that secmon would have refused is an error with its line and name") {
  const auto imported = import_secmon("HUB_IP=hub.example.org\nHUB_PORT=70000\nHUB_PORT=\n");
  CHECK(imported.config.empty());
  REQUIRE(imported.errors.size() == 3);
  CHECK(imported.errors[0] == "1: HUB_IP: expected an IP address, found \"hub.example.org\"");
  CHECK(imported.errors[1] == "2: HUB_PORT: expected a port, 0 to 65535, found \"70000\"");
}

TEST_CASE("SM3: what has no key in node.toml is noted") {
  const auto notes = import_secmon(
                         "COMMAND_ALLOWLIST_FILE=/etc/secmon.list\nDISCONNECT_GRACE_PERIOD=300\n"
                         "ExecStart=secmon node who\n")
                         .notes;
  CHECK(mentions(notes, "picket-node import-secmon --commands /etc/secmon.list"));
  CHECK(mentions(notes, "DISCONNECT_GRACE_PERIOD: it is the hub's"));
  CHECK(mentions(notes, "--reconnect"));
}

}  // namespace picket::node
