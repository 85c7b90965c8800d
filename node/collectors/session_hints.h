// Word of changes from inotify: the utmp file written, created or replaced, terminals opened and
// closed. Hints only: what happened is found by looking.
#pragma once

#include <asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "common/unique_fd.h"
#include "node/collectors/inotify_events.h"
#include "node/collectors/readable_fd.h"

namespace picket::node {

class SessionHints {
 public:
  struct Changes {
    bool utmp = false;
    bool terminal_opened = false;
    bool terminal_closed = false;
  };
  using Changed = std::function<void(const Changes& changes)>;

  /// `changed` is called on the loop's thread. The files are those below `root`.
  SessionHints(asio::io_context& loop, std::filesystem::path root, Changed changed);

  /// Watches what isn't watched yet, because it wasn't there. Cheap.
  void watch();

 private:
  void read_events();
  void add(const InotifyEvent& event, Changes& changes) const;

  asio::io_context& loop_;
  std::filesystem::path root_;
  Changed changed_;
  UniqueFd inotify_;
  int run_folder_ = -1;  // watch descriptors
  int utmp_file_ = -1;
  int terminals_ = -1;
  std::unique_ptr<ReadableFd> wait_;
};

}  // namespace picket::node
