#include "node/auth_log/log_file_wake.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace picket::node {

LogFileWake::LogFileWake(std::filesystem::path log) : log_(std::move(log)) { watch(); }

void LogFileWake::watch() {
  if (!inotify_) inotify_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify_) return;  // out of descriptors: whoever reads looks now and then anyhow
  constexpr uint32_t kNames = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR;
  (void)inotify_add_watch(inotify_.get(), log_.parent_path().c_str(), kNames);
  (void)inotify_add_watch(inotify_.get(), log_.c_str(), IN_MODIFY);
}

void LogFileWake::drain() {
  alignas(inotify_event) char events[16 * 1024];
  while (inotify_ && read(inotify_.get(), events, sizeof events) > 0) {
  }
}

}  // namespace picket::node
