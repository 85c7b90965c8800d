#include "integrations/bridge/kept_file.h"

#include <sys/stat.h>

#include <asio/post.hpp>
#include <cerrno>
#include <optional>
#include <utility>

#include "common/files.h"

namespace picket::bridge {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{64} * 1024 * 1024;
constexpr mode_t kMode = 0600;

}  // namespace

Result<std::string> load_kept(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) return std::string();
  return read_file(path, kFileBytesMax);
}

void keep(const asio::any_io_executor& executor, Worker& worker, const std::string& path,
          std::string content, std::function<void(const Status& saved)> done) {
  const bool posted =
      worker.post([path, content = std::move(content)] { return write_file(path, content, kMode); },
                  [path, done](const std::optional<Status>& saved) {
                    done(saved ? *saved : Status(Error{"can't write " + path}));
                  });
  if (!posted) asio::post(executor, [done] { done(Error{"too much waits for the disk"}); });
}

}  // namespace picket::bridge
