// Names of users and groups as the host's own files have them, for sentences that say how to mend
// something. Asks no directory service: that could take long.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace picket::node {

/// The number as text where the files below `root` have no name for it.
std::string local_user(const std::filesystem::path& root, uid_t uid);
std::string local_group(const std::filesystem::path& root, gid_t gid);

}  // namespace picket::node
