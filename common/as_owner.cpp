#include "common/as_owner.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <stdexcept>

namespace picket {

AsOwnerOf::AsOwnerOf(const std::string& folder) {
  struct stat status{};
  if (geteuid() != 0 || stat(folder.c_str(), &status) != 0 || status.st_uid == 0) return;
  const int count = getgroups(0, nullptr);
  groups_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  group_ = getegid();
  is_other_ = getgroups(count, groups_.data()) == count && setgroups(1, &status.st_gid) == 0 &&
              setegid(status.st_gid) == 0 && seteuid(status.st_uid) == 0;
  // A root that may not do this (a user namespace that lacks that user) must not go on as root.
  if (!is_other_) throw std::runtime_error("can't act as the owner of " + folder);
}

AsOwnerOf::~AsOwnerOf() {
  if (!is_other_) return;
  const bool is_back =
      seteuid(0) == 0 && setegid(group_) == 0 && setgroups(groups_.size(), groups_.data()) == 0;
  if (!is_back) _exit(1);  // half root is nobody's intention
}

}  // namespace picket
