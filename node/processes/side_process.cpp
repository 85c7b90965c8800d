#include "node/processes/side_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

namespace picket::node {
namespace {

constexpr int kKeptFd = STDERR_FILENO + 1;  // where its socket is

// Only system calls: see fork(2). False: the process would not be what it should.
bool become_side(const char* name, int socket, pid_t parent) {
  const int nothing = ::open("/dev/null", O_RDWR);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(nothing, STDOUT_FILENO) < 0)
    return false;
  if (socket != kKeptFd && ::dup3(socket, kKeptFd, O_CLOEXEC) < 0) return false;
  if (::close_range(kKeptFd + 1, UINT_MAX, 0) != 0) return false;
  ::prctl(PR_SET_NAME, name, 0, 0, 0);
  // Ctrl-C and a service manager's kill reach both; the agent says goodbye first, then this ends.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == parent;
}

int run(const SideBody& body) {
  try {
    return body(UniqueFd(kKeptFd));
  } catch (const std::exception&) {
    return 1;  // as if it had crashed: its agent sees it end
  }
}

Error failure(const char* what) {
  return Error{std::string(what) + ": " + std::generic_category().message(errno)};
}

}  // namespace

Result<pid_t> fork_side(const char* name, int socket, const SideBody& body) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return failure("can't start another process");
  if (pid == 0) ::_exit(become_side(name, socket, parent) ? run(body) : 1);
  return pid;
}

Result<SideProcess> SideProcess::start(const char* name, const Body& body) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return failure("can't make a pair of sockets");
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const auto pid = fork_side(name, theirs.get(), body);
  if (!pid) return Error{pid.error()};
  return SideProcess(std::move(ours), *pid);
}

SideProcess::SideProcess(SideProcess&& other) noexcept
    : socket_(std::move(other.socket_)), pid_(std::exchange(other.pid_, -1)) {}

SideProcess::~SideProcess() { end(); }

void SideProcess::end() {
  const pid_t pid = std::exchange(pid_, -1);
  if (pid < 0) return;
  socket_.reset();
  // An agent that is no longer root may not kill it; its end of the socket has closed.
  const bool killed = ::kill(pid, SIGKILL) == 0;
  while (::waitpid(pid, nullptr, killed ? 0 : WNOHANG) < 0 && errno == EINTR) {
  }
}

}  // namespace picket::node
