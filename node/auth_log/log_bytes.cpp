#include "node/auth_log/log_bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "common/files.h"
#include "common/limits.h"

namespace picket::node {
namespace {

bool looks_compressed(int fd) {
  char magic[2];
  return pread(fd, magic, sizeof magic, 0) == 2 && magic[0] == '\x1f' && magic[1] == '\x8b';
}

}  // namespace

Result<LogBytes> LogBytes::open(const std::string& path) {
  // O_NONBLOCK: a FIFO in a log's place must not stop the program.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return system_error("read", path);
  return of(std::move(fd), path);
}

Result<LogBytes> LogBytes::of(UniqueFd fd, const std::string& path) {
  LogBytes bytes;
  bytes.fd_ = std::move(fd);
  bytes.seekable_ = lseek(bytes.fd_.get(), 0, SEEK_CUR) >= 0;
  if (S_ISDIR(bytes.status().st_mode)) return Error{"can't read " + path + ": Is a directory"};
  if (bytes.seekable_ && !looks_compressed(bytes.fd_.get())) return bytes;
  // A pipe may be either: zlib looks at its first bytes and passes plain ones through.
  const int copy = fcntl(bytes.fd_.get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return system_error("read", path);
  bytes.stream_.reset(gzdopen(copy, "rb"));
  if (bytes.stream_) return bytes;
  close(copy);
  return Error{"can't read " + path + ": out of memory"};
}

struct stat LogBytes::status() const {
  struct stat status{};
  (void)fstat(fd_.get(), &status);
  return status;
}

std::optional<WallTime> LogBytes::born() const {
  struct statx status{};
  if (statx(fd_.get(), "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0) return std::nullopt;
  if ((status.stx_mask & STATX_BTIME) == 0) return std::nullopt;
  return WallTime(Seconds(status.stx_btime.tv_sec) + Nanoseconds(status.stx_btime.tv_nsec));
}

ssize_t LogBytes::read(std::span<char> into) {
  ssize_t got = 0;
  if (stream_) {
    got = gzread(stream_.get(), into.data(), static_cast<unsigned>(into.size()));
    int error = Z_OK;
    (void)gzerror(stream_.get(), &error);
    // Cut short: gzip may still be writing it.
    if (got == 0 && error == Z_BUF_ERROR) return -1;
  } else {
    do {
      got = pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset_));
    } while (got < 0 && errno == EINTR);
  }
  if (got > 0) offset_ += static_cast<uint64_t>(got);
  return got;
}

void LogBytes::seek(uint64_t offset) {
  offset_ = offset;
  if (stream_) (void)gzrewind(stream_.get());
}

std::string LogBytes::first_bytes(std::size_t count) const {
  std::string bytes(count, '\0');
  const ssize_t got = pread(fd_.get(), bytes.data(), count, 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::string LogBytes::first_line() {
  std::string line;
  if (stream_) {
    line.resize(limits::kLogLineBytesMax);
    seek(0);
    const ssize_t got = read(line);
    line.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    seek(0);
  } else {
    line = first_bytes(limits::kLogLineBytesMax);
  }
  const std::size_t feed = line.find('\n');
  if (feed != std::string::npos) line.resize(feed + 1);
  if (feed == std::string::npos && line.size() < limits::kLogLineBytesMax) line.clear();
  return line;
}

}  // namespace picket::node
