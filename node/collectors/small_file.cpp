#include "node/collectors/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace picket::node {
namespace {

SmallFile read_all(int fd, std::size_t bytes_max) {
  SmallFile file;
  char chunk[4096];
  while (true) {
    const ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {"", errno};
    if (got == 0) return file;
    file.bytes.append(chunk, static_cast<std::size_t>(got));
    if (file.bytes.size() > bytes_max) return {"", EFBIG};
  }
}

}  // namespace

SmallFile read_small_file_at(int folder, const char* path, std::size_t bytes_max) {
  const int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return {"", errno};
  SmallFile file = read_all(fd, bytes_max);
  close(fd);
  return file;
}

SmallFile read_small_file(const std::filesystem::path& path, std::size_t bytes_max) {
  return read_small_file_at(AT_FDCWD, path.c_str(), bytes_max);
}

}  // namespace picket::node
