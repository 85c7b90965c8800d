#include "hub/io/synced_file.h"

#include <unistd.h>

#include <cerrno>

#include "common/files.h"

namespace picket::hub {

Status SyncedFile::sync() {
  const std::lock_guard lock(mutex_);
  if (failed_) return Error{path_ + " could not be synced, and what was lost waits for its place"};
  return sync_locked();
}

Status SyncedFile::sync_locked() {
  if (sync_(file_.get()) == 0) return {};
  failed_ = true;
  return system_error("sync", path_);
}

Status SyncedFile::repair(std::string_view lost, uint64_t offset) {
  const std::lock_guard lock(mutex_);
  if (!write_at(lost, offset)) return system_error("write", path_);
  if (auto synced = sync_locked(); !synced) return synced;
  failed_ = false;
  return {};
}

bool SyncedFile::write_at(std::string_view text, uint64_t offset) const {
  while (!text.empty()) {
    const ssize_t put = pwrite(file_.get(), text.data(), text.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<uint64_t>(put);
  }
  return true;
}

bool SyncedFile::cut(uint64_t size) const {
  return ftruncate(file_.get(), static_cast<off_t>(size)) == 0;
}

}  // namespace picket::hub
