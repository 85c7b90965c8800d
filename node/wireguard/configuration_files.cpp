#include "node/wireguard/configuration_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "common/limits.h"
#include "common/secret.h"
#include "common/unique_fd.h"
#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

// Right into the memory that will be wiped. What grows meanwhile is read at its next change.
std::size_t read_into(int file, std::span<char> bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(file, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

void read_names(const std::filesystem::path& path, PeerNames& names) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat about{};
  if (!file || ::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) return;
  const bool trusted = about.st_uid == 0 || about.st_uid == ::geteuid();
  const auto size = static_cast<std::size_t>(about.st_size);
  if (!trusted || size > limits::kWireguardConfigBytesMax) return;
  Secret bytes(size);
  const std::size_t filled = read_into(file.get(), bytes.data());
  add_peer_names(bytes.reveal().substr(0, filled), names);
}

}  // namespace

ConfigurationFiles::ConfigurationFiles(const std::filesystem::path& root)
    : folder_(below(root, kWireguardFolder)) {}

const PeerNames& ConfigurationFiles::names() {
  std::map<std::filesystem::path, FileStamp> now;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".conf" && now.size() < limits::kWireguardInterfacesMax)
      now.emplace(entry->path(), FileStamp::of(entry->path()));
  }
  if (now == seen_) return names_;
  seen_ = std::move(now);
  names_.clear();
  for (const auto& [path, stamp] : seen_) read_names(path, names_);
  return names_;
}

}  // namespace picket::node
