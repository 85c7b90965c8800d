#include "common/deny_exec.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/catch.h"

namespace picket {
namespace {

/// What `action` returns in a child that may execute nothing; -1: it may.
int in_child(int (*action)()) {
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) _exit(deny_exec() ? action() : 99);
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int execute() {
  execl("/bin/true", "true", static_cast<char*>(nullptr));
  return errno;
}

int execute_in_a_child() {
  const pid_t pid = fork();
  if (pid == 0) _exit(execute());
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

int write_something() { return write(STDOUT_FILENO, "", 0) == 0 ? 0 : errno; }

}  // namespace

TEST_CASE("T17: a process that gave up executing programs can't, nor can its children") {
  CHECK(in_child(execute) == EPERM);
  CHECK(in_child(execute_in_a_child) == EPERM);
  CHECK(in_child(write_something) == 0);
}

}  // namespace picket
