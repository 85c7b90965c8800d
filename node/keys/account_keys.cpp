#include "node/keys/account_keys.h"

#include <glob.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "common/files.h"
#include "common/limits.h"
#include "common/utf8.h"
#include "node/keys/authorized_keys.h"

namespace picket::node {
namespace {

constexpr std::size_t kPasswordEntryBytesMax = 64 * 1024;

// `path` is absolute; std::filesystem's own `/` would forget the root.
std::string below(const std::filesystem::path& root, const std::string& path) {
  return (root / path.substr(1)).string();
}

// Empty as well if it can't be read: what isn't known isn't named.
std::string text_of(const std::filesystem::path& root, const std::string& path,
                    std::size_t bytes_max) {
  if (!path.starts_with('/')) return {};
  auto text = read_strangers_file(below(root, path), bytes_max);
  return text ? *std::move(text) : std::string();
}

// The results have no root before them, as the pattern has none.
std::vector<std::string> files_of(const std::filesystem::path& root, const std::string& pattern) {
  const std::string prefix = below(root, "/");
  glob_t found{};
  std::vector<std::string> files;
  if (::glob(below(root, pattern).c_str(), 0, nullptr, &found) == 0) {
    const std::size_t count = std::min(found.gl_pathc, limits::kSshdConfigFilesMax);
    for (std::size_t at = 0; at < count; ++at)
      files.push_back("/" + std::string(found.gl_pathv[at]).substr(prefix.size()));
  }
  ::globfree(&found);
  return files;
}

std::string as_name(const std::string& comment) {
  return std::string(cut_utf8(to_valid_utf8(comment), limits::kKeyNameBytesMax));
}

}  // namespace

std::optional<Account> account_of(const std::string& user) {
  std::vector<char> memory(kPasswordEntryBytesMax);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(user.c_str(), &entry, memory.data(), memory.size(), &found);
  if (found == nullptr) return std::nullopt;
  return Account{entry.pw_name, entry.pw_dir, entry.pw_uid};
}

std::string name_of_account_key(const std::filesystem::path& root, const AccountOf& account_of,
                                const std::string& user, const std::string& fingerprint) {
  const auto account = account_of(user);
  if (!account) return {};
  const auto patterns = authorized_keys_patterns(
      kSshdConfig,
      [&root](const std::string& path) { return text_of(root, path, limits::kSshdConfigBytesMax); },
      [&root](const std::string& pattern) { return files_of(root, pattern); });
  for (const std::string& pattern : patterns) {
    const std::string file = authorized_keys_file(pattern, *account);
    const std::string text = text_of(root, file, limits::kAuthorizedKeysBytesMax);
    if (const auto comment = name_of_key(text, fingerprint)) return as_name(*comment);
  }
  return {};
}

}  // namespace picket::node
