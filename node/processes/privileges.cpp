#include "node/processes/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace picket::node {
namespace {

Error failure(const std::string& what) {
  return Error{"can't give up " + what + ": " + std::generic_category().message(errno)};
}

using Kept = std::vector<unsigned>;

// Those above the last that the kernel knows read as an error.
Status drop_bounds(const Kept& capabilities) {
  for (unsigned bit = 0; ::prctl(PR_CAPBSET_READ, bit, 0, 0, 0) >= 0; ++bit) {
    const bool kept =
        std::find(capabilities.begin(), capabilities.end(), bit) != capabilities.end();
    const bool held = ::prctl(PR_CAPBSET_READ, bit, 0, 0, 0) == 1;
    if (held && !kept && ::prctl(PR_CAPBSET_DROP, bit, 0, 0, 0) != 0)
      return failure("what may be had");
  }
  return {};
}

Status drop_capabilities(const Kept& capabilities) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, sets) != 0) return failure("capabilities");
  uint64_t wanted = 0;
  for (const unsigned bit : capabilities) wanted |= uint64_t{1} << bit;
  for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; ++i) {
    sets[i].permitted &= static_cast<uint32_t>(wanted >> (32 * i));
    sets[i].effective = sets[i].permitted;
    sets[i].inheritable = 0;
  }
  if (::syscall(SYS_capset, &header, sets) != 0) return failure("capabilities");
  return {};
}

}  // namespace

Status keep_only(const Kept& capabilities) {
  Status bounded = drop_bounds(capabilities);
  if (!bounded) return bounded;
  const rlimit nothing{0, 0};
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::setrlimit(RLIMIT_CORE, &nothing) != 0)
    return failure("privileges");
  Status dropped = drop_capabilities(capabilities);
  if (!dropped) return dropped;
  // Last: changes of what a process may do can make it readable again.
  return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? Status() : failure("being looked into");
}

}  // namespace picket::node
