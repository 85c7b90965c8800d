#include "node/collectors/session_hints.h"

#include <sys/inotify.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "node/collectors/small_file.h"
#include "node/collectors/utmp_sessions.h"

namespace picket::node {

SessionHints::SessionHints(asio::io_context& loop, std::filesystem::path root, Changed changed)
    : loop_(loop), root_(std::move(root)), changed_(std::move(changed)) {
  watch();
}

void SessionHints::watch() {
  if (!inotify_) {
    inotify_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify_) return;  // out of descriptors: tried again at the next safety poll
    wait_ = std::make_unique<ReadableFd>(loop_, inotify_.get(), [this] { read_events(); });
  }
  const auto add = [&](std::string_view path, uint32_t mask) {
    return inotify_add_watch(inotify_.get(), below(root_, path).c_str(), mask);
  };
  run_folder_ = add("/run", IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR);
  utmp_file_ = add(kUtmpPath, IN_MODIFY | IN_ATTRIB);
  terminals_ = add("/dev/pts", IN_CREATE | IN_DELETE | IN_ONLYDIR);
}

void SessionHints::read_events() {
  Changes changes;
  read_inotify(inotify_.get(), [&](const InotifyEvent& event) { add(event, changes); });
  if (changes.utmp) watch();  // it may be another file now
  if (changes.utmp || changes.terminal_opened || changes.terminal_closed) changed_(changes);
}

void SessionHints::add(const InotifyEvent& event, Changes& changes) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) changes = {true, true, true};
  if (event.watch == utmp_file_) changes.utmp = true;
  if (event.watch == run_folder_ && event.name == "utmp") changes.utmp = true;
  if (event.watch == terminals_ && (event.mask & IN_CREATE) != 0) changes.terminal_opened = true;
  if (event.watch == terminals_ && (event.mask & IN_DELETE) != 0) changes.terminal_closed = true;
}

}  // namespace picket::node
