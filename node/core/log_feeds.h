// The feeds of this node's auth log, one for each hub, and who reads the log for them.
#pragma once

#include <set>

namespace picket::node {

class LogFeed;
class LogHost;

class LogFeeds {
 public:
  /// Null: nobody reads a log here, and no feed has anything to tell.
  void set_host(LogHost* host);
  LogHost* host() const { return host_; }

  void add(LogFeed& feed) { feeds_.insert(&feed); }
  void remove(LogFeed& feed) { feeds_.erase(&feed); }

  /// There may be more in the log.
  void wake();
  /// LogHost::open_log() would give another log now: all go on with that.
  void reopen();

 private:
  LogHost* host_ = nullptr;
  std::set<LogFeed*> feeds_;
};

}  // namespace picket::node
