#include "node/collectors/nss_lookup.h"

#include <pwd.h>

#include <asio/post.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

namespace picket::node {
namespace {

/// `find` is getpwuid_r(3) or getpwnam_r(3) with its key; `take` what is wanted of the entry.
template <typename Find, typename Take>
auto find_user(Find find, Take take) -> std::optional<decltype(take(passwd{}))> {
  constexpr std::size_t kBufferBytesMax = 1024 * 1024;
  for (std::vector<char> buffer(4096); buffer.size() <= kBufferBytesMax;
       buffer.resize(buffer.size() * 4)) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = find(&entry, buffer, &found);
    if (error == ERANGE) continue;
    if (found == nullptr) return std::nullopt;
    return take(*found);
  }
  return std::nullopt;
}

/// `done` gets what `find` returns on the worker, or nothing if the worker has too much to do.
template <typename Find, typename Done>
void ask(const asio::any_io_executor& loop, Worker& worker, Find find, Done done) {
  const auto answer = [done](std::optional<decltype(find())> found) {
    done(found.value_or(std::nullopt));
  };
  if (worker.post(std::move(find), answer)) return;
  asio::post(loop, [done = std::move(done)] { done(std::nullopt); });
}

}  // namespace

std::optional<std::string> find_user_name(uint32_t uid) {
  return find_user(
      [uid](passwd* entry, std::vector<char>& buffer, passwd** found) {
        return getpwuid_r(uid, entry, buffer.data(), buffer.size(), found);
      },
      [](const passwd& entry) { return std::string(entry.pw_name); });
}

std::optional<uint32_t> find_uid(const std::string& name) {
  return find_user(
      [&name](passwd* entry, std::vector<char>& buffer, passwd** found) {
        return getpwnam_r(name.c_str(), entry, buffer.data(), buffer.size(), found);
      },
      [](const passwd& entry) { return uint32_t{entry.pw_uid}; });
}

NssLookup::NssLookup(asio::any_io_executor loop, Worker& worker)
    : loop_(std::move(loop)), worker_(worker) {}

void NssLookup::lookup(uint32_t uid, Done done) {
  ask(loop_, worker_, [uid] { return find_user_name(uid); }, std::move(done));
}

void NssLookup::lookup_uid(const std::string& name, UidDone done) {
  ask(loop_, worker_, [name] { return find_uid(name); }, std::move(done));
}

}  // namespace picket::node
