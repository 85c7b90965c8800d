#include "common/give_to_group.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace picket {

Status give_to_group(const std::string& path, gid_t group) {
  struct stat file{};
  if (::lstat(path.c_str(), &file) == 0 && file.st_gid == group) return {};
  if (::lchown(path.c_str(), static_cast<uid_t>(-1), group) == 0) return {};
  std::string text = "can't give " + path + " to group " + std::to_string(group) + ": " +
                     std::generic_category().message(errno);
  if (errno == EPERM) {
    text += "; start this program with that as its own group, in a unit of systemd by Group=";
  }
  return Error{text};
}

}  // namespace picket
