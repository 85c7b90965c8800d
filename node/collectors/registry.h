// All collectors of this node, by resource. A new one is a row here, sorted.
#pragma once

#include <asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "common/clock.h"
#include "node/collectors/collector.h"
#include "node/collectors/name_lookup.h"
#include "node/core/log_feeds.h"

namespace picket::node {

/// What a collector is made of. All of it outlives the collector.
struct CollectorContext {
  asio::io_context& loop;
  const Clock& clock;
  NameLookup& names;
  LogFeeds& log_feeds;
  // A captured tree stands in for the host's; sd-login is then left alone.
  std::filesystem::path root = "/";
  // How often to look without having been woken, for what no event told of.
  Milliseconds safety_poll = std::chrono::seconds(30);
};

struct CollectorRow {
  std::string_view resource;
  std::unique_ptr<Collector> (*make)(const CollectorContext& context);
};

std::span<const CollectorRow> collectors();

}  // namespace picket::node
