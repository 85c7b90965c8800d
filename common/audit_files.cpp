#include "common/audit_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>
#include <utility>

#include "common/files.h"
#include "common/limits.h"

namespace picket {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

UniqueFd open_to_read(const std::string& path) {
  return UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

}  // namespace

std::string audit_file_path(const std::string& path, std::size_t number) {
  return number == 0 ? path : path + "." + std::to_string(number);
}

bool is_rotated_audit_name(std::string_view name) {
  const std::string begin = std::string(kAuditFileName) + ".";
  if (!name.starts_with(begin)) return false;
  const std::string_view digits = name.substr(begin.size());
  std::size_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && stop == end && number >= 1 && number <= limits::kAuditFilesMax &&
         digits == std::to_string(number);
}

namespace {

constexpr int kOpenAttempts = 100;

using FileId = std::pair<dev_t, ino_t>;

FileId id_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? FileId{status.st_dev, status.st_ino} : FileId{};
}

// Upwards: a hub that rotates meanwhile moves files to higher numbers, so that none is missed, and
// one that is met again is known.
Result<std::vector<OpenAuditFile>> open_upwards(const std::string& path) {
  std::vector<OpenAuditFile> files;
  std::set<FileId> met;
  for (std::size_t number = 0; number <= limits::kAuditFilesMax; ++number) {
    std::string name = audit_file_path(path, number);
    UniqueFd file = open_to_read(name);
    struct stat status{};
    if (!file && errno == ENOENT) continue;
    if (!file || fstat(file.get(), &status) != 0) return system_error("read", name);
    if (!S_ISREG(status.st_mode)) return Error{name + " is not a regular file"};
    if (!met.emplace(status.st_dev, status.st_ino).second) continue;
    files.push_back({std::move(name), std::move(file)});
  }
  std::ranges::reverse(files);
  return files;
}

}  // namespace

// A file that was begun meanwhile could be met too, above older ones: then it is done again.
Result<std::vector<OpenAuditFile>> open_audit_files(const std::string& path) {
  for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
    const FileId newest = id_of(path);
    auto files = open_upwards(path);
    if (!files || id_of(path) == newest) return files;
  }
  return Error{path + " is rotated faster than it can be opened"};
}

bool AuditLines::fill() {
  buffer_.erase(0, std::exchange(used_, 0));
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kReadBytes);
  ssize_t got = -1;
  do {
    got = pread(descriptor_, buffer_.data() + before, kReadBytes, offset_);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got > 0) offset_ += got;
  return got >= 0;
}

AuditLines::Next AuditLines::next(std::string_view& line) {
  for (;;) {
    const std::size_t end = buffer_.find('\n', used_);
    if (end != std::string::npos) {
      line = std::string_view(buffer_).substr(used_, end - used_);
      used_ = end + 1;
      return Next::kLine;
    }
    const std::size_t left = buffer_.size() - used_;
    // Older releases wrote lines of up to 256 KiB.
    if (left > 2 * limits::kAuditLineBytesMax) return Next::kTooLong;
    if (!fill()) return Next::kFailed;
    if (buffer_.size() == left) return left == 0 ? Next::kEnd : Next::kTorn;
  }
}

}  // namespace picket
