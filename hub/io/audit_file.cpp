#include "hub/io/audit_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <utility>

#include "common/files.h"
#include "common/limits.h"
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

}  // namespace

Result<AuditFile> AuditFile::open(const std::string& path, const Clock& clock) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kMode));
  struct stat status{};
  if (!file || fstat(file.get(), &status) != 0) return system_error("open", path);
  if (const Status safe = check_protected(path, true); !safe) return Error{safe.error()};
  const auto size = static_cast<uint64_t>(status.st_size);
  // A torn line and the whole one before it.
  const auto tail = read_tail(file.get(), size, 2 * limits::kAuditLineBytesMax + 2);
  if (!tail) return system_error("read", path);

  AuditFile audit(std::move(file), clock);
  const std::string_view whole = std::string_view(*tail).substr(0, tail->rfind('\n') + 1);
  const std::string_view torn = std::string_view(*tail).substr(whole.size());
  if (whole.empty() && size > tail->size()) return damaged(path);
  audit.size_ = size - torn.size();
  if (!whole.empty()) {
    const std::string_view text = whole.substr(0, whole.size() - 1);
    const std::string_view line = text.substr(text.rfind('\n') + 1);
    const auto parsed = parse_audit_line(line);
    if (!parsed) return damaged(path);
    audit.last_seq_ = parsed->seq;
    audit.previous_ = sha256(line);
  }
  if (torn.empty()) return audit;
  if (const Status kept = keep_torn(path, torn); !kept) return Error{kept.error()};
  if (ftruncate(audit.file_.get(), static_cast<off_t>(audit.size_)) != 0)
    return system_error("cut", path);
  audit.set_aside_ = "the last " + std::to_string(torn.size()) + " bytes of " + path +
                     " were not a whole line (a crash) and were moved to " + path + ".torn";
  return audit;
}

bool AuditFile::record(const AuditRecord& record) {
  std::string line = format_audit_line(record, clock_->wall(), last_seq_ + 1, previous_);
  if (line.size() > limits::kAuditLineBytesMax) return false;
  const Sha256 digest = sha256(line);
  line.push_back('\n');
  if (!write_all(file_.get(), line) || fdatasync(file_.get()) != 0) {
    // Half a line must not stay: the next one would be joined to it. Should this fail too, the next
    // start finds the torn line or the doubled number.
    [[maybe_unused]] const int cut = ftruncate(file_.get(), static_cast<off_t>(size_));
    return false;
  }
  size_ += line.size();
  previous_ = digest;
  ++last_seq_;
  return true;
}

Result<AuditSummary> verify_audit_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return system_error("read", path);
  AuditSummary summary;
  std::string previous = to_hex(Sha256{});
  for (std::string line; std::getline(file, line);) {
    const std::string where = path + ", line " + std::to_string(summary.records + 1) + ": ";
    if (file.eof()) return Error{where + "torn: it has no end"};
    const auto parsed = parse_audit_line(line);
    if (!parsed) return Error{where + "changed, or not a record"};
    if (parsed->seq != summary.records + 1 || parsed->previous != previous) {
      return Error{where +
                   "does not follow from the one before: records were changed, removed or added"};
    }
    previous = to_hex(sha256(line));
    summary.last_hash = previous;
    ++summary.records;
  }
  return summary;
}

}  // namespace picket::hub
