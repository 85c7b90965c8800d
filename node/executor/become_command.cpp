#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>

#include "common/files.h"
#include "node/executor/start_plan.h"

namespace picket::node {
namespace {

constexpr int kFailureFd = STDERR_FILENO + 1;
constexpr int kProgramFd = STDERR_FILENO + 2;
constexpr int kOutOfTheWay = 16;
constexpr rlim_t kDescriptorsMax = 1024;  // what programs expect that use select(2)

[[noreturn]] void fail(const std::string& what, int error, int descriptor = kFailureFd) {
  const std::string why = error == 0 ? "" : ": " + std::generic_category().message(error);
  (void)write_all(descriptor, what + why);
  ::_exit(127);
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
const passwd& become_user(const std::string& name) {
  errno = 0;
  const passwd* user = ::getpwnam(name.c_str());
  if (user == nullptr) fail("there is no user " + name, errno);
  const uid_t uid = user->pw_uid;
  const gid_t gid = user->pw_gid;
  if (uid == ::geteuid() && uid != 0) return *user;  // already, and may not do more
  if (::initgroups(name.c_str(), gid) != 0 || ::setresgid(gid, gid, gid) != 0 ||
      ::setresuid(uid, uid, uid) != 0)
    fail("can't become the user " + name, errno);
  return *user;
}

std::vector<std::string> environment(const StartPlan& plan, const passwd& user) {
  std::map<std::string, std::string> env = {
      {"HOME", user.pw_dir},
      {"LANG", "C.UTF-8"},
      {"LOGNAME", user.pw_name},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"USER", user.pw_name}};
  for (const auto& [name, value] : plan.env) env[name] = value;
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
[[noreturn]] void execute(const StartPlan& plan, char* const* argv, char* const* env) {
  if (plan.is_script) {
    struct stat now{};
    if (::stat(plan.program_path.c_str(), &now) != 0)
      fail("can't find " + plan.program_path, errno);
    if (now.st_dev != plan.program.status.st_dev || now.st_ino != plan.program.status.st_ino)
      fail(plan.program_path + " is no longer the file that was looked at", 0);
    ::execve(plan.program_path.c_str(), argv, env);
  } else {
    ::syscall(SYS_execveat, kProgramFd, "", argv, env, AT_EMPTY_PATH);
  }
  fail("can't execute " + plan.program_path, errno);
}

}  // namespace

void become_command(const StartPlan& plan, const ChildEnds& ends, pid_t parent) {
  arrange_descriptors(plan, ends);
  reset_signals();
  if (::setsid() < 0) fail("can't have a session of its own", errno);
  ::umask(022);
  set_limits();
  const passwd& user = become_user(plan.user);
  std::vector<std::string> env = environment(plan, user);
  // After the change of user, which would clear it. Whoever watches over it is killed: it too.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != parent) ::_exit(127);
  if (::chdir(plan.cwd.c_str()) != 0) fail("can't go to " + plan.cwd, errno);
  std::vector<std::string> argv = plan.argv;
  execute(plan, pointers(argv).data(), pointers(env).data());
}

}  // namespace picket::node
