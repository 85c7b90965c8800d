#include "integrations/bridge/secret_file.h"

#include <cstdlib>

#include "common/files.h"

namespace picket::bridge {
namespace {

constexpr std::size_t kFileBytesMax = 4096;

std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  const std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

Result<Secret> read_secret(const std::string& path, const std::string& credential) {
  std::string from = path;
  if (from.empty()) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
      return Error{"expected a file, or the credential " + credential + " from systemd"};
    from = std::string(folder) + "/" + credential;
  } else if (const Status safe = check_protected(from, true); !safe) {
    return Error{safe.error()};
  }
  auto content = read_file(from, kFileBytesMax);
  if (!content) return Error{content.error()};
  Secret secret(first_line(*content));
  wipe(*content);
  if (secret.empty()) return Error{from + " is empty: expected the secret in its first line"};
  return secret;
}

}  // namespace picket::bridge
