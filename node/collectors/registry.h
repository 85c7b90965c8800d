// All collectors of this node, by resource. A new one is a row here, sorted.
#pragma once

#include <asio/io_context.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "node/collectors/collector.h"
#include "node/collectors/name_lookup.h"
#include "node/core/execution_feeds.h"
#include "node/core/log_feeds.h"

namespace picket::node {

class SideProcess;
class SideStarter;

struct WireguardSettings {
  Milliseconds poll = std::chrono::seconds(5);
  std::map<std::string, std::string> names = {};  // by public key
  // Which this agent has brought; null: one that listens is looked for.
  SideProcess* watcher = nullptr;
  std::string watcher_socket = "/run/picket-node/wireguard.sock";
};

struct KeyNamesSettings {
  bool enabled = true;
  // As with the watcher.
  SideProcess* namer = nullptr;
  std::string socket = "/run/picket-node/keys.sock";
};

struct ExecutorSettings {
  // Which this agent has brought, to start an executor; null: one that listens is looked for.
  SideStarter* starter = nullptr;
  std::string socket = "/run/picket-node/commands.sock";
};

/// What a collector is made of. All of it outlives the collector.
struct CollectorContext {
  asio::io_context& loop;
  const Clock& clock;
  NameLookup& names;
  LogFeeds& log_feeds;
  ExecutionFeeds& executions;
  // A captured tree stands in for the host's; sd-login is then left alone.
  std::filesystem::path root = "/";
  // How often to look without having been woken, for what no event told of.
  Milliseconds safety_poll = std::chrono::seconds(30);
  WireguardSettings wireguard = {};
  KeyNamesSettings key_names = {};
  ExecutorSettings executor = {};
};

struct CollectorRow {
  std::string_view resource;
  std::unique_ptr<Collector> (*make)(const CollectorContext& context);
};

std::span<const CollectorRow> collectors();

}  // namespace picket::node
