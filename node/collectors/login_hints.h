// Word from inotify that somebody may be logging in, or has failed to: login programs write utmp,
// wtmp and btmp, logind its session files, a terminal is opened. journald tells its readers of new
// lines a quarter of a second late; who looks by himself upon such a hint sees them at once.
#pragma once

#include <asio/io_context.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include "common/clock.h"
#include "common/unique_fd.h"
#include "node/collectors/alarm.h"
#include "node/collectors/inotify_events.h"
#include "node/collectors/readable_fd.h"

namespace picket::node {

class LoginHints {
 public:
  /// `hint` is called on the loop's thread. The files are those below `root`.
  LoginHints(asio::io_context& loop, std::filesystem::path root, std::function<void()> hint);

  /// Watches what isn't watched yet, because it wasn't there. Cheap.
  void watch();

 private:
  void wait();
  void read_events();
  bool is_hint(const InotifyEvent& event) const;

  asio::io_context& loop_;
  std::filesystem::path root_;
  std::function<void()> hint_;
  UniqueFd inotify_;
  std::map<int, std::size_t> folders_;  // by watch descriptor: which row of the table
  std::unique_ptr<ReadableFd> readable_;
  Alarm pause_;
  Nanoseconds pause_length_{0};
};

}  // namespace picket::node
