#include "integrations/bridge/place_file.h"

#include <sys/stat.h>

#include <asio/post.hpp>
#include <cerrno>

#include "common/files.h"

namespace picket::bridge {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{64} * 1024 * 1024;
constexpr mode_t kMode = 0600;

}  // namespace

Result<v1::BridgeState> load_place(const std::string& path) {
  struct stat status{};
  v1::BridgeState state;
  if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) return state;
  const auto bytes = read_file(path, kFileBytesMax);
  if (!bytes) return Error{bytes.error()};
  if (!bytes->empty() && state.ParseFromString(*bytes)) return state;
  return Error{path +
               " is damaged: it doesn't say how far messages were told; remove it to go on "
               "with what comes from now on"};
}

void PlaceFile::save(const v1::BridgeState& state, std::function<void(Status saved)> done) {
  if (path_.empty()) return asio::post(executor_, [done] { done({}); });
  const bool posted = worker_.post(
      [path = path_, bytes = state.SerializeAsString()] { return write_file(path, bytes, kMode); },
      [path = path_, done](std::optional<Status> saved) {
        done(saved ? *std::move(saved) : Status(Error{"can't write " + path}));
      });
  if (!posted) asio::post(executor_, [done] { done(Error{"too much waits for the disk"}); });
}

}  // namespace picket::bridge
