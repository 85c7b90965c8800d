#include "integrations/bridge/place_file.h"

#include <sys/stat.h>

#include <asio/post.hpp>
#include <utility>

#include "integrations/bridge/kept_file.h"

namespace picket::bridge {

Result<v1::BridgeState> load_place(const std::string& path) {
  struct stat status{};
  v1::BridgeState state;
  if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) return state;
  const auto bytes = load_kept(path);
  if (!bytes) return Error{bytes.error()};
  if (!bytes->empty() && state.ParseFromString(*bytes)) return state;
  return Error{path +
               " is damaged: it doesn't say how far messages were told; remove it to go on "
               "with what comes from now on"};
}

void PlaceFile::save(const v1::BridgeState& state, std::function<void(Status saved)> done) {
  if (path_.empty()) return asio::post(executor_, [done] { done({}); });
  keep(executor_, worker_, path_, state.SerializeAsString(), std::move(done));
}

}  // namespace picket::bridge
