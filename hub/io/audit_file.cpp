#include "hub/io/audit_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include "common/audit_files.h"
#include "common/files.h"
#include "hub/io/audit_line.h"

namespace picket::hub {
namespace {

constexpr mode_t kMode = 0600;

// The last bytes of the file, at most `count`; empty optional: errno says why not.
std::optional<std::string> read_tail(int file, uint64_t size, std::size_t count) {
  std::string tail(std::min<uint64_t>(size, count), '\0');
  std::size_t read_bytes = 0;
  while (read_bytes < tail.size()) {
    const auto offset = static_cast<off_t>(size - tail.size() + read_bytes);
    const ssize_t got = pread(file, tail.data() + read_bytes, tail.size() - read_bytes, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    read_bytes += static_cast<std::size_t>(got);
  }
  return tail;
}

// Appends what a crash left of a line to PATH.torn.
Status keep_torn(const std::string& path, std::string_view torn) {
  const std::string torn_path = path + ".torn";
  const UniqueFd file(
      open(torn_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kMode));
  const bool kept =
      file && write_all(file.get(), torn) && write_all(file.get(), "\n") && fsync(file.get()) == 0;
  if (!kept) return system_error("write", torn_path);
  return {};
}

Error damaged(const std::string& path) {
  return Error{"the last line of " + path +
               " is not one of an audit file, or was changed; move the file away and keep it, a "
               "new one begins"};
}

// What the end of a file holds: its last whole line, and what a crash left after it.
struct End {
  std::string line;  // empty: there is none
  std::string torn;
  uint64_t whole_bytes = 0;
};

Result<End> read_end(int file, const std::string& path) {
  struct stat status{};
  if (fstat(file, &status) != 0) return system_error("read", path);
  const auto size = static_cast<uint64_t>(status.st_size);
  // A torn line and the whole one before it.
  const auto tail = read_tail(file, size, 2 * limits::kAuditLineBytesMax + 2);
  if (!tail) return system_error("read", path);
  const std::string_view whole = std::string_view(*tail).substr(0, tail->rfind('\n') + 1);
  if (whole.empty() && size > tail->size()) return damaged(path);
  End end;
  end.torn = tail->substr(whole.size());
  end.whole_bytes = size - end.torn.size();
  if (whole.empty()) return end;
  const std::string_view text = whole.substr(0, whole.size() - 1);
  end.line = text.substr(text.rfind('\n') + 1);
  if (end.line.empty()) return damaged(path);
  return end;
}

}  // namespace

AuditFile::AuditFile(const std::string& path, const Clock& clock, AuditLimits limits, SyncCall sync)
    : path_(path), clock_(&clock), sync_(sync ? std::move(sync) : SyncCall(::fdatasync)) {
  set_limits(limits);
}

void AuditFile::set_limits(const AuditLimits& limits) {
  limits_ = limits;
  limits_.keep = std::clamp<std::size_t>(limits.keep, 1, limits::kAuditFilesMax);
  rotate_at_ = limits.bytes_max;
}

Result<AuditFile> AuditFile::open(const std::string& path, const Clock& clock, AuditLimits limits,
                                  SyncCall sync) {
  AuditFile audit(path, clock, limits, std::move(sync));
  if (const Status going = audit.go_on(); !going) return Error{going.error()};
  return audit;
}

Status AuditFile::go_on() {
  UniqueFd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (!file) return system_error("open", path_);
  if (const Status safe = check_protected(path_, true); !safe) return safe;
  const auto end = read_end(file.get(), path_);
  if (!end) return Error{end.error()};
  file_ = std::make_shared<SyncedFile>(std::move(file), path_, sync_);
  tip_.size = end->whole_bytes;
  folder_unsynced_ = tip_.size == 0;  // it may be new, and a record needs its file's name
  Status taken = end->line.empty() ? go_on_from_rotated() : take_last(end->line, path_);
  if (!taken || end->torn.empty()) return taken;
  if (const Status kept = keep_torn(path_, end->torn); !kept) return kept;
  if (!file_->cut(tip_.size)) return system_error("cut", path_);
  set_aside_ = "the last " + std::to_string(end->torn.size()) + " bytes of " + path_ +
               " were not a whole line (a crash) and were moved to " + path_ + ".torn";
  return {};
}

Status AuditFile::take_last(std::string_view line, const std::string& path) {
  const auto parsed = parse_audit_line(line);
  if (!parsed) return damaged(path);
  tip_.seq = parsed->place.seq;
  tip_.hash = sha256(line);
  return {};
}

// A crash came between the steps of a rotation, or the file was taken away: the latest of those
// that were rotated away has the end of the chain.
Status AuditFile::go_on_from_rotated() {
  for (std::size_t number = 1; number <= limits::kAuditFilesMax; ++number) {
    const std::string path = audit_file_path(path_, number);
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && errno == ENOENT) continue;
    if (!file) return system_error("open", path);
    const auto end = read_end(file.get(), path);
    if (!end) return Error{end.error()};
    if (!end->line.empty()) return take_last(end->line, path);
  }
  return {};
}

bool AuditFile::refuse(const Error& why) {
  write_trouble_ = why.message;
  return false;
}

std::string AuditFile::line_of(const AuditRecord& record) const {
  return format_audit_line(record, clock_->wall(), tip_.seq + 1, tip_.hash);
}

bool AuditFile::append(const AuditRecord& record) {
  if (needs_repair()) return false;
  const uint64_t seq = tip_.seq;
  std::string line = line_of(record);
  if (line.size() > limits::kAuditLineBytesMax || !prepare(line.size())) return false;
  return append_line(tip_.seq == seq ? std::move(line) : line_of(record));
}

// So that a line of this size can follow.
bool AuditFile::prepare(std::size_t line_bytes) {
  if (tip_.size > 0 && tip_.size + line_bytes + 1 > rotate_at_) {
    const Status rotated = rotate();
    if (needs_repair()) return false;
    rotation_trouble_ = rotated ? "" : rotated.error();
    // A file that grows too long is better than none. It isn't tried again at once.
    if (!rotated) rotate_at_ = tip_.size + limits_.bytes_max / 2;
  }
  if (folder_unsynced_) {
    const Status synced = sync_folder(std::filesystem::path(path_).parent_path().string());
    if (!synced) return refuse(Error{synced.error()});
    folder_unsynced_ = false;
  }
  return tip_.size > 0 || tip_.seq == 0 || append_line(line_of(first_audit_record()));
}

bool AuditFile::append_line(std::string line) {
  const Sha256 digest = sha256(line);
  line.push_back('\n');
  if (!file_->write_at(line, tip_.size)) {
    const Error why = system_error("write", path_);
    // Half a line must not stay: the next one would be joined to it. Should this fail too, the next
    // start finds the torn line or the doubled number.
    static_cast<void>(file_->cut(tip_.size));
    return refuse(why);
  }
  before_ = tip_;
  tip_ = {tip_.size + line.size(), tip_.seq + 1, digest};
  unsynced_ += line;
  write_trouble_.clear();
  return true;
}

bool AuditFile::record(const AuditRecord& record) {
  if (!append(record)) return false;
  if (sync()) return true;
  // What is refused must not come to be stored by the repair.
  static_cast<void>(file_->cut(before_.size));
  unsynced_.resize(unsynced_.size() - static_cast<std::size_t>(tip_.size - before_.size));
  tip_ = before_;
  return false;
}

Status AuditFile::sync() {
  const Sync all = to_sync();
  Status done = all.file->sync();
  on_synced(all, done);
  return done;
}

void AuditFile::on_synced(const Sync& sync, const Status& done) {
  if (sync.file != file_) return;  // rotated away since, and synced before that
  if (!done) {
    if (!needs_repair()) sync_trouble_ = done.error();
    return;
  }
  const uint64_t synced = tip_.size - unsynced_.size();
  if (sync.end > synced) unsynced_.erase(0, static_cast<std::size_t>(sync.end - synced));
}

void AuditFile::on_repaired(const Status& done) {
  if (!done) {
    sync_trouble_ = done.error();
    return;
  }
  sync_trouble_.clear();
  unsynced_.clear();
}

}  // namespace picket::hub
