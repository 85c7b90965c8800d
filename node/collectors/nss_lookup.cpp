#include "node/collectors/nss_lookup.h"

#include <pwd.h>

#include <asio/post.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

namespace picket::node {

std::optional<std::string> find_user_name(uint32_t uid) {
  constexpr std::size_t kBufferBytesMax = 1024 * 1024;
  for (std::vector<char> buffer(4096); buffer.size() <= kBufferBytesMax;
       buffer.resize(buffer.size() * 4)) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE) continue;
    return found == nullptr ? std::nullopt : std::optional<std::string>(found->pw_name);
  }
  return std::nullopt;
}

NssLookup::NssLookup(asio::any_io_executor loop, Worker& worker)
    : loop_(std::move(loop)), worker_(worker) {}

void NssLookup::lookup(uint32_t uid, Done done) {
  const auto answer = [done](std::optional<std::optional<std::string>> name) {
    done(name.value_or(std::nullopt));
  };
  if (worker_.post([uid] { return find_user_name(uid); }, answer)) return;
  asio::post(loop_, [done = std::move(done)] { done(std::nullopt); });
}

}  // namespace picket::node
