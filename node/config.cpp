#include "node/config.h"

#include "common/limits.h"
#include "node/wireguard/key.h"

namespace picket::node {
namespace {

constexpr config::Range<Milliseconds> kSessionsPollRange{kSessionsPollMin, std::chrono::hours(24)};

constexpr config::Range<Milliseconds> kWireguardPollRange{limits::kWireguardPollMin,
                                                          limits::kWireguardPollMax};

config::Codec<std::string> public_key() {
  const auto parse = [](std::string_view text) -> Result<std::string> {
    if (is_key_text(text)) return std::string(text);
    return Error{"\"" + std::string(text) +
                 "\" is no public key; expected 44 characters as wg(8) "
                 "prints them"};
  };
  return {"a public key", parse, [](const std::string& key) { return key; }};
}

config::Codec<std::string> peer_name() {
  const auto parse = [](std::string_view text) -> Result<std::string> {
    if (!text.empty() && text.size() <= limits::kWireguardNameBytesMax) return std::string(text);
    return Error{"expected a name of 1 to " + std::to_string(limits::kWireguardNameBytesMax) +
                 " bytes"};
  };
  return {"a name", parse, [](const std::string& name) { return name; }};
}

}  // namespace

config::Description describe(NodeConfig& config) {
  config::Description description(
      "/etc/picket/node.toml: the configuration of picket-node.\n"
      "Every key is optional; what stands here is its default.\n"
      "`picket-node check-config` reads the file and says everything that is wrong with it.");
  description.list("hub", config.hub, config::host_port(),
                   "The hub's addresses, tried in turn. Empty: those learnt when the node joined.");
  description.text("state_folder", config.state_folder, config::absolute_path(),
                   "The node's key and certificate.");
  description.section("auth_log",
                      "Who logged in, who failed, who became root: each line an event.");
  description.boolean("enabled", config.auth_log.enabled,
                      "false: no line is read, and clients see \"not monitored\" for this node.");
  description.boolean("key_names", config.auth_log.key_names,
                      "Logins by key say what the key is called in the account's authorized_keys.\n"
                      "false: nobody's keys are read.");
  description.section(
      "commands",
      "Commands that /etc/picket/commands.toml allows; without that file there are none.");
  description.boolean("enabled", config.commands.enabled,
                      "false: none are run, whatever that file says.");
  description.section("events",
                      "Events that programs on this server tell: picket-node event KIND.");
  description.boolean("enabled", config.events.enabled, "false: none are taken.");
  description.text("socket", config.events.socket, config::socket_path(),
                   "Where they are taken. Everybody on this server may tell some; the kernel says\n"
                   "who did.");
  description.section("host", "The host's names and versions, its boot, whether it needs another.");
  description.boolean("enabled", config.host.enabled,
                      "false: told as they are when the agent starts, and not watched.");
  description.section("sessions", "Who is logged in.");
  description.boolean("enabled", config.sessions.enabled,
                      "false: clients see \"not monitored\" for this node.");
  description.duration(
      "poll", config.sessions.poll, kSessionsPollRange,
      "Logins are seen as they happen; this is how often to look even so, in case a\n"
      "source fails to tell.");
  description.section("wireguard", "WireGuard's interfaces and peers, in the kernel or a program.");
  description.boolean("enabled", config.wireguard.enabled,
                      "false: clients see \"not monitored\" for this node.");
  description.duration("poll", config.wireguard.poll, kWireguardPollRange,
                       "How often to look: nothing tells of what peers do.");
  description.table(
      "names", config.wireguard.names, public_key(), peer_name(),
      "What peers are called, by public key; as a section of its own:\n"
      "  [wireguard.names]\n"
      "  \"hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\" = \"laptop\"\n"
      "Else a comment beside the peer in /etc/wireguard/*.conf names it: the line "
      "above\n"
      "[Peer], or one below it and before its first key, such as \"# Name = laptop\".");
  description.section("log", "The log goes to stderr, which under systemd is the journal.");
  description.level("level", config.log_level, "One of error, warn, info, debug.");
  return description;
}

}  // namespace picket::node
