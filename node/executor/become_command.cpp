#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <map>
#include <string>
#include <system_error>

#include "common/files.h"
#include "common/since_boot.h"
#include "node/executor/start_plan.h"

namespace picket::node {
namespace {

constexpr int kFailureFd = STDERR_FILENO + 1;
constexpr int kProgramFd = STDERR_FILENO + 2;
constexpr int kOutOfTheWay = 16;
constexpr rlim_t kDescriptorsMax = 1024;  // what programs expect that use select(2)

[[noreturn]] void refuse(NotStarted kind, const std::string& why, int descriptor) {
  (void)write_all(descriptor, static_cast<char>(kind) + why);
  ::_exit(127);
}

[[noreturn]] void fail(const std::string& what, int error, int descriptor = kFailureFd) {
  const std::string why = error == 0 ? "" : ": " + std::generic_category().message(error);
  refuse(NotStarted::kOther, what + why, descriptor);
}

// Standard input is empty, the outputs are pipes; the program and the way to tell of a failure are
// closed when it is executed, and nothing else is open.
void arrange_descriptors(const StartPlan& plan, const ChildEnds& ends) {
  const int sources[] = {::open("/dev/null", O_RDONLY | O_CLOEXEC), ends.out, ends.err,
                         ends.failure, plan.program.descriptor.get()};
  int high[std::size(sources)];
  for (std::size_t i = 0; i < std::size(sources); ++i)
    high[i] = ::fcntl(sources[i], F_DUPFD_CLOEXEC, kOutOfTheWay);
  bool arranged =
      ::dup3(high[3], kFailureFd, O_CLOEXEC) >= 0 && ::dup3(high[4], kProgramFd, O_CLOEXEC) >= 0;
  for (int i = STDIN_FILENO; i <= STDERR_FILENO; ++i)
    arranged = ::dup2(high[i], i) >= 0 && arranged;
  if (!arranged || ::close_range(kProgramFd + 1, UINT_MAX, 0) != 0)
    fail("can't arrange its descriptors", errno, high[3]);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// No core file, unless the command asks for one, and as many descriptors as a login has.
void set_limits() {
  rlimit core{};
  rlimit files{};
  if (::getrlimit(RLIMIT_CORE, &core) != 0 || ::getrlimit(RLIMIT_NOFILE, &files) != 0)
    fail("can't read limits", errno);
  core.rlim_cur = 0;
  files.rlim_cur = std::min(files.rlim_max, kDescriptorsMax);
  if (::setrlimit(RLIMIT_CORE, &core) != 0 || ::setrlimit(RLIMIT_NOFILE, &files) != 0)
    fail("can't set limits", errno);
}

// no_new_privs stays off: sudo, ping or mount are commands that an administrator may well list. Who
// could gain by that is the program that root has named, with the user that root has given it.
void become_user(const CommandUser& user) {
  if (user.uid == ::geteuid() && user.uid != 0) return;  // already, and may not do more
  if (::initgroups(user.name.c_str(), user.gid) != 0 ||
      ::setresgid(user.gid, user.gid, user.gid) != 0 ||
      ::setresuid(user.uid, user.uid, user.uid) != 0)
    fail("can't become the user " + user.name, errno);
}

// Whoever watches over it is killed: it too.
void die_with(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != parent) ::_exit(127);
}

std::vector<std::string> environment(const Command& command, const CommandUser& user) {
  std::map<std::string, std::string> env = {
      {"HOME", user.home},
      {"LANG", "C.UTF-8"},
      {"LOGNAME", user.name},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"USER", user.name}};
  for (const auto& [name, value] : command.env) env[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : env) lines.emplace_back(name).append(1, '=').append(value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// By its descriptor. The kernel would hand a script to its interpreter as /dev/fd/4, which is
// closed by then and says nothing: a script goes by its path, if that still leads to the file that
// was opened; who could change it between is only root, see open_trusted().
[[noreturn]] void execute(const std::string& path, const StartPlan& plan, char* const* argv,
                          char* const* env) {
  const char executing = kExecuting;
  (void)write_all(kFailureFd, {&executing, 1});
  if (plan.is_script) {
    struct stat now{};
    if (::stat(path.c_str(), &now) != 0) fail("can't find " + path, errno);
    if (now.st_dev != plan.program.status.st_dev || now.st_ino != plan.program.status.st_ino)
      fail(path + " is no longer the file that was looked at", 0);
    ::execve(path.c_str(), argv, env);
  } else {
    ::syscall(SYS_execveat, kProgramFd, "", argv, env, AT_EMPTY_PATH);
  }
  fail("can't execute " + path, errno);
}

}  // namespace

// First all that may hang, as nobody can be asked to wait for it but who watches over this process.
void become_command(const StartOrder& order, const ChildEnds& ends, pid_t parent) {
  reset_signals();
  die_with(parent);
  NoPlan why{};
  auto plan = make_plan(order, why);
  if (!plan) refuse(why.kind, why.why, ends.failure);
  arrange_descriptors(*plan, ends);
  if (::setsid() < 0) fail("can't have a session of its own", errno);
  ::umask(022);
  set_limits();
  become_user(plan->user);
  die_with(parent);  // the change of user has cleared it
  std::vector<std::string> env = environment(order.command, plan->user);
  if (::chdir(order.command.cwd.c_str()) != 0) fail("can't go to " + order.command.cwd, errno);
  // All that may have taken long is done, and the machine may have slept meanwhile.
  const bool is_late = order.start_by && since_boot() > *order.start_by;
  if (is_late) refuse(NotStarted::kTooLate, kTooLateToStart, kFailureFd);
  execute(order.command.program(), *plan, pointers(plan->argv).data(), pointers(env).data());
}

}  // namespace picket::node
