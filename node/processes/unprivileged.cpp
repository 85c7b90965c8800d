#include "node/processes/unprivileged.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace picket::node {

Result<bool> become_agent_user(const std::string& folder) {
  if (::geteuid() != 0) return false;
  const passwd* user = ::getpwnam(kAgentUser);
  struct stat about{};
  if (user == nullptr || user->pw_uid == 0 || ::stat(folder.c_str(), &about) != 0 ||
      about.st_uid != user->pw_uid)
    return false;
  const uid_t uid = user->pw_uid;
  const gid_t gid = user->pw_gid;
  if (::initgroups(kAgentUser, gid) != 0 || ::setresgid(gid, gid, gid) != 0 ||
      ::setresuid(uid, uid, uid) != 0) {
    return Error{std::string("can't become the user ") + kAgentUser + ": " +
                 std::generic_category().message(errno)};
  }
  return true;
}

}  // namespace picket::node
