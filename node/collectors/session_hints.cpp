#include "node/collectors/session_hints.h"

#include <sys/inotify.h>

#include <cstdint>
#include <cstring>
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
  alignas(inotify_event) char events[16 * 1024];
  const ssize_t bytes = read(inotify_.get(), events, sizeof events);
  if (bytes <= 0) return;
  const Changes changes = changes_in(events, static_cast<std::size_t>(bytes));
  if (changes.utmp) watch();  // it may be another file now
  if (changes.utmp || changes.terminal_opened || changes.terminal_closed) changed_(changes);
}

SessionHints::Changes SessionHints::changes_in(const char* events, std::size_t bytes) const {
  Changes changes;
  for (std::size_t offset = 0; offset + sizeof(inotify_event) <= bytes;) {
    inotify_event event{};
    std::memcpy(&event, events + offset, sizeof event);
    const std::string_view name = event.len > 0 ? events + offset + sizeof event : "";
    offset += sizeof event + event.len;
    if ((event.mask & IN_Q_OVERFLOW) != 0) return {true, true, true};
    if (event.wd == utmp_file_) changes.utmp = true;
    if (event.wd == run_folder_ && name == "utmp") changes.utmp = true;
    if (event.wd == terminals_ && (event.mask & IN_CREATE) != 0) changes.terminal_opened = true;
    if (event.wd == terminals_ && (event.mask & IN_DELETE) != 0) changes.terminal_closed = true;
  }
  return changes;
}

}  // namespace picket::node
