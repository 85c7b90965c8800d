#include "common/as_owner.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>

#include "common/files.h"

namespace picket {

AsOwnerOf::AsOwnerOf(const std::string& folder) {
  struct stat status{};
  if (geteuid() != 0 || stat(folder.c_str(), &status) != 0 || status.st_uid == 0) return;
  if (!become(status.st_uid, status.st_gid)) {
    changed_ = system_error("act as the owner of", folder);
  }
}

bool AsOwnerOf::become(uid_t user, gid_t group) {
  const int count = getgroups(0, nullptr);
  groups_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  group_ = getegid();
  if (getgroups(count, groups_.data()) != count) return false;
  is_other_ = true;  // from here on there is something to undo
  return setgroups(1, &group) == 0 && setegid(group) == 0 && seteuid(user) == 0;
}

AsOwnerOf::~AsOwnerOf() {
  if (!is_other_) return;
  const bool is_back =
      seteuid(0) == 0 && setegid(group_) == 0 && setgroups(groups_.size(), groups_.data()) == 0;
  if (!is_back) _exit(1);  // half root is nobody's intention
}

}  // namespace picket
