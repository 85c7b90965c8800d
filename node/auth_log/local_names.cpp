#include "node/auth_log/local_names.h"

#include <algorithm>
#include <string_view>

#include "common/files.h"

namespace picket::node {
namespace {

constexpr std::size_t kNamesBytesMax = 4 * 1024 * 1024;

// The name in the line "NAME:x:NUMBER:..." of a file.
std::string name_in(const std::filesystem::path& file, unsigned number) {
  std::string wanted = std::to_string(number);
  const auto content = read_file(file.string(), kNamesBytesMax);
  if (!content) return wanted;
  for (std::string_view rest = *content; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t name_end = line.find(':');
    if (name_end == std::string_view::npos) continue;
    const std::size_t number_begin = line.find(':', name_end + 1);
    if (number_begin == std::string_view::npos) continue;
    if (line.substr(number_begin + 1).starts_with(wanted + ":"))
      return std::string(line.substr(0, name_end));
  }
  return wanted;
}

}  // namespace

std::string local_user(const std::filesystem::path& root, uid_t uid) {
  return name_in(root / "etc/passwd", uid);
}

std::string local_group(const std::filesystem::path& root, gid_t gid) {
  return name_in(root / "etc/group", gid);
}

}  // namespace picket::node
