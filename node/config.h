// The agent's configuration, /etc/picket/node.toml. Every key has a default;
// deploy/examples/node.toml is made from describe().
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "common/clock.h"
#include "common/config.h"
#include "common/log.h"

namespace picket::node {

/// The shortest interval of the safety poll: sessions are seen by their events, not by polling.
inline constexpr Milliseconds kSessionsPollMin = std::chrono::seconds(30);

struct SessionsConfig {
  bool enabled = true;
  Milliseconds poll = kSessionsPollMin;
};

struct AuthLogConfig {
  bool enabled = true;
  bool key_names = true;
};

struct CommandsConfig {
  bool enabled = true;
};

struct EventsConfig {
  bool enabled = true;
  std::string socket = "/run/picket-node/events.sock";
};

struct HostConfig {
  bool enabled = true;
};

struct WireguardConfig {
  bool enabled = true;
  Milliseconds poll = std::chrono::seconds(5);
  std::map<std::string, std::string> names;  // by public key
};

struct NodeConfig {
  std::vector<HostPort> hub;  // none: the addresses learnt when joining
  std::string state_folder = "/var/lib/picket-node";
  AuthLogConfig auth_log;
  CommandsConfig commands;
  EventsConfig events;
  HostConfig host;
  SessionsConfig sessions;
  WireguardConfig wireguard;
  log::Level log_level = log::Level::kInfo;
};

inline constexpr std::string_view kConfigPath = "/etc/picket/node.toml";

/// Binds the keys to `config`, which must outlive the description.
config::Description describe(NodeConfig& config);

}  // namespace picket::node
