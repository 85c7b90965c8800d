// Word from inotify that a file was changed which says something of the host: its names, its
// release, its kernels, whether it needs a reboot. Hints only: what changed is found by looking.
#pragma once

#include <asio/io_context.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include "common/unique_fd.h"
#include "node/collectors/alarm.h"
#include "node/collectors/inotify_events.h"
#include "node/collectors/readable_fd.h"

namespace picket::node {

class HostHints {
 public:
  /// `changed` is called on the loop's thread. The files are those below `root`.
  HostHints(asio::io_context& loop, std::filesystem::path root, std::function<void()> changed);

  /// Watches what isn't watched yet, because it wasn't there. Cheap.
  void watch();

 private:
  void wait();
  void read_events();
  bool is_hint(const InotifyEvent& event) const;

  asio::io_context& loop_;
  std::filesystem::path root_;
  std::function<void()> changed_;
  UniqueFd inotify_;
  std::map<int, std::size_t> watched_;  // by watch descriptor: which row of the table
  std::unique_ptr<ReadableFd> wait_;    // null while it pauses
  Alarm pause_;
};

}  // namespace picket::node
