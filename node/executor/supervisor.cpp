#include "node/executor/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <set>
#include <system_error>
#include <vector>

#include "common/files.h"
#include "node/executor/descendants.h"

namespace picket::node {
namespace {

// Where a new supervisor's ends are.
constexpr int kControlFd = STDERR_FILENO + 1;
constexpr int kOutFd = kControlFd + 1;
constexpr int kErrFd = kControlFd + 2;
constexpr int kFailureFd = kControlFd + 3;
constexpr int kOutOfTheWay = 16;
constexpr int kLookAgainMs = 10;     // while descendants are being killed
constexpr int kStopRoundsMax = 100;  // of looking for more before those that were found are killed

class Supervisor {
 public:
  explicit Supervisor(pid_t command) : command_(command) {}

  // Ends when the command has, and what it was told to end.
  void run() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    signals_.reset(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    while (true) {
      reap();
      if (ended_ && !ending_) return;
      if (none_left_) return;
      if (killing_) {
        kill_all();
      } else if (ending_) {
        terminate(children_of(::getpid()));
      }
      wait();
    }
  }

 private:
  void reap() {
    int status = 0;
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid != command_) continue;
      ended_ = true;
      (void)::send(kControlFd, &status, sizeof status, MSG_NOSIGNAL);
    }
    none_left_ = pid < 0 && errno == ECHILD;
  }

  void wait() {
    pollfd waiting[] = {{signals_.get(), POLLIN, 0}, {orphaned_ ? -1 : kControlFd, POLLIN, 0}};
    (void)::poll(waiting, std::size(waiting), killing_ ? kLookAgainMs : -1);
    signalfd_siginfo ignored[8];
    while (::read(signals_.get(), ignored, sizeof ignored) > 0) {
    }
    if (waiting[1].revents != 0) obey();
  }

  void obey() {
    char order = 0;
    const ssize_t got = ::recv(kControlFd, &order, 1, MSG_DONTWAIT);
    if (got < 0) return;
    ending_ = true;
    if (got == 0) orphaned_ = true;
    if (got == 0 || order == static_cast<char>(SupervisorOrder::kKill)) killing_ = true;
    if (order == static_cast<char>(SupervisorOrder::kTerminate))
      terminate(descendants_of(::getpid()));
  }

  // Each is told once; one that was stopped hears of it when it goes on. Then those that come to
  // this one because their parent has died of it: one may have been started at that very moment.
  // What others start to put things in order is left to do so.
  void terminate(const std::vector<ProcessId>& processes) {
    for (const ProcessId& process : processes) {
      if (!terminated_.insert(process).second) continue;
      send_signal(process, SIGTERM);
      send_signal(process, SIGCONT);
    }
  }

  // First none may start others any more: of two that start each other anew one would always be
  // missed, and each that is killed makes room for another.
  static void kill_all() {
    std::set<ProcessId> stopped;
    for (int round = 0; round < kStopRoundsMax; ++round) {
      bool more = false;
      for (const ProcessId& process : descendants_of(::getpid()))
        if (stopped.insert(process).second) more = send_signal(process, SIGSTOP) || more;
      if (!more) break;
    }
    for (const ProcessId& process : stopped) send_signal(process, SIGKILL);
  }

  pid_t command_;
  UniqueFd signals_;
  std::set<ProcessId> terminated_;
  bool ended_ = false;   // the command itself
  bool ending_ = false;  // it was told to end
  bool killing_ = false;
  bool orphaned_ = false;   // the executor has gone
  bool none_left_ = false;  // of its children; those of them would be its own by now
};

// All signals but SIGCHLD are for the executor to obey; this ends with its end of the socket.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  std::signal(SIGCHLD, SIG_DFL);
}

Error failure() { return Error{"can't start it: " + std::generic_category().message(errno)}; }

struct Ends {
  UniqueFd control;
  UniqueFd out;
  UniqueFd err;
  UniqueFd failure;
};

// From here on nothing of the executor's is open: as long as a copy of a socket to another command
// is, that one can't see it closed.
bool keep_only(const Ends& ends) {
  const int sources[] = {ends.control.get(), ends.out.get(), ends.err.get(), ends.failure.get()};
  int high[std::size(sources)];
  for (std::size_t i = 0; i < std::size(sources); ++i)
    high[i] = ::fcntl(sources[i], F_DUPFD_CLOEXEC, kOutOfTheWay);
  const int places[] = {kControlFd, kOutFd, kErrFd, kFailureFd};
  for (std::size_t i = 0; i < std::size(sources); ++i)
    if (::dup3(high[i], places[i], O_CLOEXEC) < 0) return false;
  return ::close_range(kFailureFd + 1, UINT_MAX, 0) == 0;
}

[[noreturn]] void supervise(const StartOrder& order, const Ends& ends) {
  block_signals();
  ::prctl(PR_SET_NAME, "picket-command", 0, 0, 0);
  if (!keep_only(ends) || ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) ::_exit(1);
  const pid_t self = ::getpid();
  const pid_t command = ::fork();
  if (command == 0) {
    ::close(kControlFd);
    become_command(order, {.out = kOutFd, .err = kErrFd, .failure = kFailureFd}, self);
  }
  if (command < 0) {
    (void)write_all(kFailureFd, static_cast<char>(NotStarted::kOther) + failure().message);
    ::_exit(1);
  }
  if (::close_range(kControlFd + 1, UINT_MAX, 0) != 0) ::_exit(1);
  Supervisor(command).run();
  ::_exit(0);
}

bool make_pipe(UniqueFd& ours, UniqueFd& theirs) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  ours.reset(ends[0]);
  theirs.reset(ends[1]);
  return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

}  // namespace

Result<StartedCommand> start_command(const StartOrder& order) {
  StartedCommand started;
  Ends theirs;
  int sockets[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return failure();
  started.control.reset(sockets[0]);
  theirs.control.reset(sockets[1]);
  if (!make_pipe(started.out, theirs.out) || !make_pipe(started.err, theirs.err) ||
      !make_pipe(started.failure, theirs.failure))
    return failure();
  started.supervisor = ::fork();
  if (started.supervisor < 0) return failure();
  if (started.supervisor == 0) supervise(order, theirs);
  return started;
}

}  // namespace picket::node
