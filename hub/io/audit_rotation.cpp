// A full audit file makes room for the next one. A crash after any step leaves what AuditFile::open
// goes on with: the file as it was, or none of its name and the chain's end in the latest of those
// that were rotated away.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "common/audit_files.h"
#include "common/files.h"
#include "hub/io/audit_file.h"
#include "hub/io/audit_line.h"

namespace picket::hub {

Status AuditFile::rotate() {
  if (auto synced = sync(); !synced) return synced;
  const std::string fresh = path_ + ".new";
  Status done = begin_next(fresh);
  if (done) done = shift();
  if (done && rename(path_.c_str(), audit_file_path(path_, 1).c_str()) != 0 && errno != ENOENT)
    done = system_error("rename", path_);
  if (done && rename(fresh.c_str(), path_.c_str()) != 0) done = system_error("rename", fresh);
  if (!done) {
    unlink(fresh.c_str());
    next_.reset();
    return done;
  }
  file_ = std::move(next_);
  folder_unsynced_ = true;
  rotate_at_ = limits_.bytes_max;
  tip_ = next_tip_;
  remove_oldest();
  return {};
}

// Its first record is stored before the file has its name, so that none without it is ever found.
Status AuditFile::begin_next(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error("make", path);
  std::string line = line_of(first_audit_record());
  next_tip_ = {line.size() + 1, tip_.seq + 1, sha256(line)};
  line.push_back('\n');
  next_ = std::make_shared<SyncedFile>(std::move(file), path_, sync_);
  if (!next_->write_at(line, 0)) return system_error("write", path);
  return next_->sync();
}

// Makes number 1 free, as far as it isn't; the oldest is overwritten only if all numbers are taken.
Status AuditFile::shift() const {
  std::size_t free = 1;
  while (free < limits_.keep && access(audit_file_path(path_, free).c_str(), F_OK) == 0) ++free;
  for (; free > 1; --free) {
    const std::string from = audit_file_path(path_, free - 1);
    if (rename(from.c_str(), audit_file_path(path_, free).c_str()) != 0)
      return system_error("rename", from);
  }
  return {};
}

// Those beyond the limit, which was higher once.
void AuditFile::remove_oldest() const {
  for (std::size_t number = limits_.keep + 1; number <= limits::kAuditFilesMax; ++number) {
    unlink(audit_file_path(path_, number).c_str());
  }
}

}  // namespace picket::hub
