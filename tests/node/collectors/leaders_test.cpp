#include "node/collectors/leaders.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.h"

namespace picket::node {
namespace {

pid_t start_process() {
  const pid_t pid = fork();
  if (pid == 0) {
    pause();
    _exit(0);
  }
  return pid;
}

void reap(pid_t pid) { waitpid(pid, nullptr, 0); }

// Waits until `pid` is a zombie, without reaping it.
void kill_to_zombie(pid_t pid) {
  kill(pid, SIGKILL);
  siginfo_t info{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
}

}  // namespace

TEST_CASE("the end of a process that was asked for is told at once") {
  asio::io_context loop;
  int ends = 0;
  Leaders leaders(loop, [&] { ++ends; });
  const pid_t pid = start_process();
  CHECK(leaders.alive(pid));
  CHECK(leaders.alive(pid));
  CHECK(leaders.watched() == 1);
  loop.poll();
  CHECK(ends == 0);
  kill_to_zombie(pid);
  CHECK(loop.run_one_for(std::chrono::seconds(10)) == 1);
  CHECK(ends == 1);
  CHECK_FALSE(leaders.alive(pid));  // still a zombie
  reap(pid);
  CHECK_FALSE(leaders.alive(pid));
  loop.poll();
  CHECK(ends == 1);
}

TEST_CASE("who is dead already, a zombie, or no process does not live") {
  asio::io_context loop;
  Leaders leaders(loop, [] {});
  const pid_t pid = start_process();
  kill_to_zombie(pid);
  CHECK_FALSE(leaders.alive(pid));
  reap(pid);
  CHECK_FALSE(leaders.alive(pid));
  CHECK_FALSE(leaders.alive(0));
  CHECK_FALSE(leaders.alive(-1));
  CHECK(leaders.alive(1));
}

TEST_CASE("processes that nobody asks for any more are forgotten") {
  asio::io_context loop;
  Leaders leaders(loop, [] {});
  CHECK(leaders.alive(getpid()));
  CHECK(leaders.alive(1));
  leaders.forget_unasked();
  CHECK(leaders.watched() == 2);
  CHECK(leaders.alive(1));
  leaders.forget_unasked();
  CHECK(leaders.watched() == 1);
  leaders.forget_unasked();
  CHECK(leaders.watched() == 0);
}

}  // namespace picket::node
