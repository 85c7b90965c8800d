#include "hub/io/audit_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "common/audit_files.h"
#include "common/audit_line.h"
#include "common/files.h"
#include "common/limits.h"
#include "common/rfc3339.h"

namespace picket::hub {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr std::size_t kPlaceBytesMax = 128;  // of a line, in which its time and number stand

ssize_t read_at(int file, char* to, std::size_t bytes, off_t offset) {
  for (;;) {
    const ssize_t got = pread(file, to, bytes, offset);
    if (got >= 0 || errno != EINTR) return got;
  }
}

struct Begin {
  std::string text;
  std::optional<AuditPlace> place;  // a part of the text
};

Begin begin_of(int file) {
  Begin begin;
  begin.text.resize(kPlaceBytesMax);
  const ssize_t got = read_at(file, begin.text.data(), begin.text.size(), 0);
  begin.text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  begin.place = audit_place(begin.text);
  return begin;
}

}  // namespace

AuditReader::AuditReader(std::string path, WallTime since, uint64_t last_seq)
    : path_(std::move(path)), since_(to_rfc3339(since, 9)), last_seq_(last_seq) {}

AuditPage AuditReader::next() {
  AuditPage page;
  page_bytes_ = 0;
  for (std::size_t scanned = 0; scanned < limits::kAuditScanBytesMax; scanned += kReadBytes) {
    take_lines(page);
    if (page.at_end || page_bytes_ >= limits::kAuditPageBytesMax) return page;
    if (!fill(page)) return page;
  }
  return page;
}

// Reads on, in the next file if this one is read to its end. False: nothing is left, or an error.
bool AuditReader::fill(AuditPage& page) {
  const std::size_t before = buffer_.size();
  if (file_ && before <= 2 * limits::kAuditLineBytesMax) {
    buffer_.resize(before + kReadBytes);
    const ssize_t got = read_at(file_.get(), buffer_.data() + before, kReadBytes, offset_);
    if (got < 0) page.trouble = system_error("read", path_).message;
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    offset_ += std::max<ssize_t>(got, 0);
    if (got != 0) return got > 0;
  }
  // What is left of a file has no end: somebody else's doing, since up to last_seq_ all is whole.
  buffer_.clear();
  page.at_end = !open_next(page);
  return !page.at_end;
}

// The file that has the line after the one read last, or at first that of `since`: from the newest
// to the oldest, since rotating only makes files older.
bool AuditReader::open_next(AuditPage& page) {
  UniqueFd found;
  for (std::size_t number = 0; number <= limits::kAuditFilesMax; ++number) {
    const std::string name = audit_file_path(path_, number);
    UniqueFd file(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && errno == ENOENT) continue;
    if (!file) {
      page.trouble = system_error("read", name).message;
      return false;
    }
    const Begin begin = begin_of(file.get());
    if (!begin.place) continue;  // empty, or not one of ours
    if (seq_ > 0 && begin.place->seq > last_seq_) continue;
    found = std::move(file);
    if (begin.place->seq <= seq_ + 1 || (seq_ == 0 && begin.place->time < since_)) break;
  }
  struct stat status{};
  if (!found || fstat(found.get(), &status) != 0) return false;
  if (file_ && status.st_ino == inode_) return false;  // there is none after it
  file_ = std::move(found);
  inode_ = status.st_ino;
  offset_ = 0;
  return true;
}

void AuditReader::take_lines(AuditPage& page) {
  std::size_t used = 0;
  while (!page.at_end && page_bytes_ < limits::kAuditPageBytesMax) {
    const std::size_t end = buffer_.find('\n', used);
    if (end == std::string::npos) break;
    take(std::string_view(buffer_).substr(used, end - used), page);
    used = end + 1;
  }
  buffer_.erase(0, used);
}

void AuditReader::take(std::string_view line, AuditPage& page) {
  const auto place = audit_place(line);
  if (place && place->seq > last_seq_) page.at_end = true;
  if (place) seq_ = std::max(seq_, place->seq);
  // What is no record was put there by somebody: it is shown to whoever looks.
  const bool wanted = !place || place->time >= since_;
  if (page.at_end || !wanted || line.size() > limits::kAuditLineBytesMax) return;
  page_bytes_ += line.size();
  page.lines.emplace_back(line);
}

}  // namespace picket::hub
