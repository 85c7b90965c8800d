#include "node/core/log_feeds.h"

#include "node/core/log_feed.h"

namespace picket::node {

void LogFeeds::set_host(LogHost* host) {
  host_ = host;
  reopen();
}

void LogFeeds::wake() {
  for (LogFeed* feed : feeds_) feed->wake();
}

void LogFeeds::reopen() {
  for (LogFeed* feed : feeds_) feed->reopen();
}

}  // namespace picket::node
