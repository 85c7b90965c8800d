#include "common/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace picket {
namespace {

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status write_new(const std::string& path, std::string_view content, mode_t mode) {
  const UniqueFd file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) return system_error("make", path);
  // The mode of open() is cut by the umask.
  const bool written =
      fchmod(file.get(), mode) == 0 && write_all(file.get(), content) && fsync(file.get()) == 0;
  if (!written) return system_error("write", path);
  return {};
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777U);
  return text;
}

Error not_regular(const std::string& path) { return Error{path + " is not a regular file"}; }

Result<std::string> read_open_file(int file, const std::string& path, std::size_t bytes_max) {
  struct stat status{};
  if (fstat(file, &status) != 0) return system_error("read", path);
  if (!S_ISREG(status.st_mode)) return not_regular(path);
  std::string content;
  char buffer[16384];
  for (;;) {
    const ssize_t size = read(file, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error("read", path);
    if (size == 0) return content;
    content.append(buffer, static_cast<std::size_t>(size));
    if (content.size() > bytes_max) {
      return Error{path + " is larger than " + std::to_string(bytes_max) + " bytes"};
    }
  }
}

}  // namespace

Error system_error(std::string_view action, const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  return Error{"can't " + std::string(action) + " " + path + ": " + reason};
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  // O_NONBLOCK: a FIFO in a file's place must not stop the program.
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_error("read", path);
  return read_open_file(file.get(), path, bytes_max);
}

Result<std::string> read_strangers_file(const std::string& path, std::size_t bytes_max) {
  const UniqueFd found(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status{};
  if (!found || fstat(found.get(), &status) != 0) return system_error("read", path);
  if (!S_ISREG(status.st_mode)) return not_regular(path);
  const std::string same = "/proc/self/fd/" + std::to_string(found.get());
  const UniqueFd file(open(same.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_error("read", path);
  return read_open_file(file.get(), path, bytes_max);
}

Status sync_folder(const std::string& path) {
  const UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || fsync(folder.get()) != 0) return system_error("sync", path);
  return {};
}

Status write_file(const std::string& path, std::string_view content, mode_t mode) {
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());  // left by a crash
  if (const Status written = write_new(fresh, content, mode); !written) {
    unlink(fresh.c_str());
    return written;
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) {
    const Error error = system_error("replace", path);
    unlink(fresh.c_str());
    return error;
  }
  return sync_folder(parent_of(path));
}

Status check_protected(const std::string& path, bool secret) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return system_error("read", path);
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return Error{path + " belongs to uid " + std::to_string(status.st_uid) + ", not to uid " +
                 std::to_string(geteuid()) +
                 ", as which this program runs: chown it, or run as its owner"};
  }
  const mode_t forbidden = secret ? 077 : 022;
  if ((status.st_mode & forbidden) == 0) return {};
  return Error{path + " has mode " + octal(status.st_mode) + ", so that others may " +
               (secret ? "read" : "change") + " it: chmod " + (secret ? "go= " : "go-w ") + path};
}

Result<UniqueFd> lock_folder(const std::string& path, std::string_view holder) {
  UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_error("open", path);
  if (flock(folder.get(), LOCK_EX | LOCK_NB) == 0) return folder;
  if (errno != EWOULDBLOCK) return system_error("lock", path);
  return Error{"another " + std::string(holder) + " runs with the folder " + path};
}

}  // namespace picket
