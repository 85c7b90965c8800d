#include "common/deny_exec.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace picket {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr uint32_t kOtherCalls = 0x40000000;  // of x32: numbers from there on mean other calls
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr uint32_t kOtherCalls = UINT32_MAX;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr uint32_t kArchitecture = AUDIT_ARCH_RISCV64;
constexpr uint32_t kOtherCalls = UINT32_MAX;
#else
constexpr uint32_t kArchitecture = 0;  // not known here
constexpr uint32_t kOtherCalls = UINT32_MAX;
#endif

constexpr uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr uint16_t kIfEqual = BPF_JMP | BPF_JEQ | BPF_K;
constexpr uint16_t kIfAtLeast = BPF_JMP | BPF_JGE | BPF_K;
constexpr uint16_t kReturn = BPF_RET | BPF_K;

Error failed() { return Error{"seccomp: " + std::generic_category().message(errno)}; }

}  // namespace

Status deny_exec() {
  if (kArchitecture == 0) return Error{"seccomp: not done for this architecture"};
  // Calls of another architecture that this kernel may know are denied as a whole: nothing here
  // makes them, and their numbers for exec are others.
  sock_filter steps[] = {
      {kLoad, 0, 0, offsetof(seccomp_data, arch)},
      {kIfEqual, 0, 5, kArchitecture},
      {kLoad, 0, 0, offsetof(seccomp_data, nr)},
      {kIfAtLeast, 3, 0, kOtherCalls},
      {kIfEqual, 2, 0, SYS_execve},
      {kIfEqual, 1, 0, SYS_execveat},
      {kReturn, 0, 0, SECCOMP_RET_ALLOW},
      {kReturn, 0, 0, SECCOMP_RET_ERRNO | EPERM},
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(steps)), steps};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed();
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) return failed();
  return {};
}

}  // namespace picket
