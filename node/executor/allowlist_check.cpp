#include "node/executor/allowlist_check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "common/files.h"
#include "common/limits.h"

namespace picket::node {
namespace {

constexpr int kAnswerFd = STDERR_FILENO + 1;
constexpr char kComplete =
    '.';  // the last byte of an answer; each error before it ends with a zero

constexpr unsigned kSeconds =
    static_cast<unsigned>(std::chrono::seconds(limits::kAllowlistCheckTimeout).count());

Error failure() {
  return Error{"can't look up what it names: " + std::generic_category().message(errno)};
}

// By a twin of the executor, which has none of its sockets. It ends by itself in time: by the
// alarm.
[[noreturn]] void answer(int pipe, const Allowlist& commands, const std::string& path,
                         pid_t parent) {
  if ((pipe != kAnswerFd && ::dup2(pipe, kAnswerFd) < 0) ||
      ::close_range(kAnswerFd + 1, UINT_MAX, 0) != 0)
    ::_exit(1);
  ::prctl(PR_SET_NAME, "check-allowlist", 0, 0, 0);
  std::signal(SIGALRM, SIG_DFL);
  ::alarm(kSeconds);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != parent) ::_exit(1);
  std::string text;
  for (const std::string& error : check_named(commands, path)) text.append(error).append(1, '\0');
  ::_exit(write_all(kAnswerFd, text + kComplete) ? 0 : 1);
}

std::vector<std::string> errors_in(const std::string& text) {
  std::vector<std::string> errors;
  for (std::size_t at = 0, end = 0; (end = text.find('\0', at)) != std::string::npos; at = end + 1)
    errors.push_back(text.substr(at, end - at));
  return errors;
}

}  // namespace

Result<AllowlistCheck> AllowlistCheck::start(const Allowlist& commands, const std::string& path,
                                             SteadyTime now) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return failure();
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return failure();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return failure();
  if (pid == 0) answer(theirs.get(), commands, path, parent);
  return AllowlistCheck(pid, std::move(ours), now + limits::kAllowlistCheckTimeout);
}

AllowlistCheck::AllowlistCheck(AllowlistCheck&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      answer_(std::move(other.answer_)),
      deadline_(other.deadline_),
      text_(std::move(other.text_)),
      at_end_(other.at_end_) {}

// One that answered is about to end; one that hangs may not even die, and isn't waited for.
AllowlistCheck::~AllowlistCheck() {
  if (pid_ < 0) return;
  if (!at_end_ && ::waitpid(pid_, nullptr, WNOHANG) == 0) ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, at_end_ ? 0 : WNOHANG) < 0 && errno == EINTR) {
  }
}

void AllowlistCheck::read() {
  char bytes[4096];
  ssize_t got = 0;
  while ((got = ::read(answer_.get(), bytes, sizeof bytes)) > 0)
    text_.append(bytes, static_cast<std::size_t>(got));
  at_end_ = got == 0 || (errno != EAGAIN && errno != EINTR);
}

// A turn of poll(2) for each piece of the answer, which is one but for many errors.
void AllowlistCheck::wait(Milliseconds patience) {
  pollfd waiting{answer_.get(), POLLIN, 0};
  while (!at_end_ && ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0) read();
}

std::optional<std::vector<std::string>> AllowlistCheck::result(SteadyTime now) {
  if (!at_end_) read();
  if (!at_end_ && now < deadline_) return std::nullopt;
  if (at_end_ && text_.ends_with(kComplete)) return errors_in(text_);
  return std::vector<std::string>{"the users and programs that it names could not be looked up" +
                                  (" within " + std::to_string(kSeconds) + " s")};
}

}  // namespace picket::node
