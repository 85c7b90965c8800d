// Real processes, from their start to their one end.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "common/limits.h"
#include "node/executor/descendants.h"
#include "tests/node/executor/executor_rig.h"
#include "tests/support/catch.h"
#include "tests/support/sanitized.h"

namespace picket::node {
namespace {

using test::ExecutorRig;
using End = v1::ExecutionEnd;

// Of 20 runs; a sanitizer makes starting processes slow.
constexpr int kRounds = test::kSanitized ? 10 : 50;

bool possible() { return test::TrustedFolder::possible(); }

std::size_t descriptors() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

// Whether the process whose pid is in this output still is one.
bool is_alive(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t state = text.rfind(')');
  return state != std::string::npos && text.at(state + 2) != 'Z';
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("a command's outputs come apart, then its end with its exit status") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo out; echo err >&2; exit 7"));
  const std::string id = rig.run("x");
  const End end = rig.end(id);
  CHECK(end.kind() == End::KIND_EXITED);
  CHECK(end.code() == 7);
  CHECK(end.stdout_bytes() == 4);
  CHECK(end.stderr_bytes() == 4);
  CHECK(end.dropped_bytes() == 0);
  CHECK(rig.output(id) == "out\n");
  CHECK(rig.output(id, true) == "err\n");
  CHECK(rig.messages.back().has_ended());
  const auto started =
      std::ranges::find_if(rig.messages, [](const auto& m) { return m.has_started(); });
  const auto output =
      std::ranges::find_if(rig.messages, [](const auto& m) { return m.has_output(); });
  CHECK(started < output);
}

TEST_CASE("a command that a signal ended says which") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "kill -9 $$"));
  const End end = rig.end(rig.run("x"));
  CHECK(end.kind() == End::KIND_SIGNALED);
  CHECK(end.code() == SIGKILL);
}

TEST_CASE("output is bytes, whole and in its order, in chunks that fit") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "head -c 200000 /dev/zero; printf '\\377\\000\\n'"));
  const std::string id = rig.run("x");
  CHECK(rig.end(id).stdout_bytes() == 200'003);
  CHECK(rig.output(id) == std::string(200'000, '\0') + std::string("\377\0\n", 3));
  for (const auto& message : rig.messages)
    CHECK(message.output().data().size() <= limits::kOutputChunkBytesMax);
}

TEST_CASE("without credit nothing is read, and the command waits") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo $$; exec head -c 1000000 /dev/zero"));
  const std::string id = rig.run("x", {}, 10'000);
  REQUIRE(rig.until([&] { return rig.output(id).size() == 10'000; }));
  for (int i = 0; i < 5; ++i) rig.turn();
  CHECK(rig.output(id).size() == 10'000);
  CHECK(is_alive(first_line(rig.output(id))));
  rig.credit(id, 5'000);
  REQUIRE(rig.until([&] { return rig.output(id).size() == 15'000; }));
  rig.credit(id, limits::kOutputCreditMax);
  CHECK(rig.end(id).kind() == End::KIND_EXITED);
  CHECK(rig.output(id).size() > 1'000'000);
}

TEST_CASE("an agent that doesn't read holds up what it would have to") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "head -c 100000 /dev/zero"));
  rig.room = false;
  const std::string id = rig.run("x");
  for (int i = 0; i < 10; ++i) rig.turn();
  CHECK(rig.output(id).empty());
  rig.room = true;
  CHECK(rig.end(id).stdout_bytes() == 100'000);
}

TEST_CASE("what a command wrote before its end comes before its end, however slowly it is wanted") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "head -c 50000 /dev/zero"));
  const std::string id = rig.run("x", {}, 0);
  REQUIRE(rig.until([&] { return rig.executor->running() == 1; }));
  const auto later = rig.clock.steady() + limits::kPipeCloseAfter + Milliseconds(300);
  REQUIRE(rig.until([&] { return rig.clock.steady() > later; }));
  CHECK(rig.ends_of(id) == 0);
  for (int i = 0; i < 50; ++i) {
    CHECK(rig.ends_of(id) == 0);
    rig.credit(id, 1000);
    REQUIRE(rig.until([&] { return rig.output(id).size() == 1000U * (i + 1); }));
  }
  CHECK(rig.end(id).stdout_bytes() == 50'000);
}

TEST_CASE("output over max_output is dropped and counted, and the command goes on to its end") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(
      ExecutorRig::shell("x", "head -c 3000000 /dev/zero; exit 3", "max_output = \"100kB\""));
  const std::string id = rig.run("x", {}, 200'000);
  const End end = rig.end(id);
  CHECK(end.kind() == End::KIND_EXITED);
  CHECK(end.code() == 3);
  CHECK(end.stdout_bytes() == 3'000'000);
  CHECK(end.dropped_bytes() == 2'900'000);
  CHECK(rig.output(id).size() == 100'000);
}

TEST_CASE("a process that left its session and holds the pipe does not hold up the end") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(
      ExecutorRig::shell("x", "setsid sh -c 'echo $$; exec sleep 60' & sleep 0.3; echo done"));
  const auto begun = rig.clock.steady();
  const std::string id = rig.run("x");
  const End end = rig.end(id);
  const auto took = rig.clock.steady() - begun;
  CHECK(end.kind() == End::KIND_EXITED);
  CHECK(took > limits::kPipeCloseAfter);
  CHECK(took < limits::kPipeCloseAfter + Seconds(5));
  CHECK(rig.output(id).find("done") != std::string::npos);
  const std::string pid = first_line(rig.output(id));
  CHECK(is_alive(pid));  // a command may well start a service
  ::kill(std::stoi(pid), SIGKILL);
}

TEST_CASE("a time-out ends all descendants, those in sessions of their own too") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell(
      "x", "setsid sh -c 'setsid sleep 61 & sleep 62' & echo $!; sleep 63", "timeout = \"400ms\""));
  const std::string id = rig.run("x");
  const End end = rig.end(id);
  CHECK(end.kind() == End::KIND_TIMED_OUT);
  CHECK(end.ran_ms() >= 400);
  CHECK_FALSE(is_alive(first_line(rig.output(id))));
  CHECK(descendants_of(::getpid()).empty());
}

TEST_CASE("a request may ask for less time than the allowlist gives, not for more") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("long", "sleep 60") +
                  ExecutorRig::shell("short", "sleep 60", "timeout = \"200ms\""));
  rig.run_as("a", "long", {}, 100, "here", 200);
  rig.run_as("b", "short", {}, 100, "here", 50'000);
  CHECK(rig.end("a").kind() == End::KIND_TIMED_OUT);
  CHECK(rig.end("b").kind() == End::KIND_TIMED_OUT);
}

TEST_CASE("a cancel is SIGTERM first, and whoever minds it can put things in order") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell(
      "x", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
  const std::string id = rig.run("x");
  REQUIRE(rig.wait_for_output(id, "up"));
  rig.cancel(id);
  CHECK(rig.end(id).kind() == End::KIND_CANCELLED);
  CHECK(rig.output(id) == "up\nbye\n");
}

TEST_CASE("who ignores SIGTERM gets SIGKILL after kill_grace, and stopped ones end too") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", R"(trap '' TERM
setsid sh -c 'kill -STOP $$' &
setsid sh -c 'trap "" TERM; while :; do sleep 1; done' &
echo up; while :; do sleep 1; done)",
                                     "kill_grace = \"300ms\""));
  const std::string id = rig.run("x");
  REQUIRE(rig.wait_for_output(id, "up"));
  const auto begun = rig.clock.steady();
  rig.cancel(id);
  rig.cancel(id);
  CHECK(rig.end(id).kind() == End::KIND_CANCELLED);
  CHECK(rig.clock.steady() - begun >= Milliseconds(300));
  CHECK(rig.clock.steady() - begun < Seconds(5));
  CHECK(rig.ends_of(id) == 1);
  CHECK(descendants_of(::getpid()).empty());
}

TEST_CASE("processes that start each other anew are ended to the last") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", R"(trap '' TERM
echo up
bomb() {{ trap '' TERM; while :; do (setsid sh -c 'trap "" TERM; sleep 0.2; sleep 0.2' &) ; sleep 0.002; done; }}
bomb & bomb & bomb & wait)",
                                     "kill_grace = \"100ms\""));
  const std::string id = rig.run("x");
  REQUIRE(rig.wait_for_output(id, "up"));
  REQUIRE(rig.until([] { return descendants_of(::getpid()).size() > 30; }));
  rig.cancel(id);
  CHECK(rig.end(id).kind() == End::KIND_CANCELLED);
  CHECK(descendants_of(::getpid()).empty());
}

TEST_CASE("one command's descendants are not another's") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("a", "setsid sleep 60 & echo up; sleep 60") +
                  ExecutorRig::shell("b", "setsid sleep 0.6 & echo up; wait; echo done"));
  const std::string a = rig.run("a");
  const std::string b = rig.run("b");
  REQUIRE((rig.wait_for_output(a, "up") && rig.wait_for_output(b, "up")));
  rig.cancel(a);
  CHECK(rig.end(a).kind() == End::KIND_CANCELLED);
  CHECK(rig.end(b).kind() == End::KIND_EXITED);
  CHECK(rig.output(b) == "up\ndone\n");
}

TEST_CASE("if what watches over a command is killed, so is the command, and its end is lost") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo $$ $PPID; exec sleep 60"));
  const std::string id = rig.run("x");
  REQUIRE(rig.wait_for_output(id, "\n"));
  const std::string line = first_line(rig.output(id));
  ::kill(std::stoi(line.substr(line.find(' '))), SIGKILL);
  CHECK(rig.end(id).kind() == End::KIND_LOST);
  CHECK(rig.until([&] { return !is_alive(line.substr(0, line.find(' '))); }));
}

TEST_CASE("an executor that goes takes its commands along") {
  if (!possible()) PICKET_SKIP("needs root");
  std::string pid;
  {
    ExecutorRig rig(ExecutorRig::shell(
        "x", "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 60' & echo $!; sleep 60"));
    const std::string id = rig.run("x");
    REQUIRE(rig.wait_for_output(id, "\n"));
    pid = first_line(rig.output(id));
    CHECK(is_alive(pid));
  }
  CHECK_FALSE(is_alive(pid));
  CHECK(descendants_of(::getpid()).empty());
}

TEST_CASE("after a thousand commands there is no descriptor, process or zombie more") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo x", "concurrency = 32"));
  const std::size_t before = descriptors();
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(rig.run("x"));
    if (round % 2 == 1) rig.cancel(ids.front());
    for (const auto& id : ids) {
      rig.end(id);
      CHECK(rig.ends_of(id) == 1);
    }
    rig.messages.clear();
  }
  CHECK(descriptors() == before);
  CHECK(rig.executor->running() == 0);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("whatever is killed, cancelled or cut off, each of a thousand runs has one end") {
  if (!possible()) PICKET_SKIP("needs root");
  const std::string more = "concurrency = 32\non_disconnect = \"continue\"\nkill_grace = \"50ms\"";
  ExecutorRig rig(ExecutorRig::shell("short", "echo $$ $PPID; sleep 0.01; echo end", more) +
                  ExecutorRig::shell("long", "echo $$ $PPID; setsid sleep 30 & sleep 30", more));
  const std::size_t before = descriptors();
  std::minstd_rand random(7);
  std::map<End::Kind, int> ends;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(rig.run(random() % 4 == 0 ? "long" : "short"));
    for (int turns = 0; turns < 10; ++turns) {
      rig.turn();
      const std::string& id = ids[random() % ids.size()];
      const std::string line = first_line(rig.output(id));
      const bool is_short = rig.output(id).find("end") != std::string::npos;
      switch (random() % 5) {
        case 0: rig.cancel(id); break;
        case 1:  // the command; of a long one its other processes would go on
          if (!line.empty() && !is_short && rig.label_of(id) == "short" && rig.ends_of(id) == 0)
            ::kill(std::stoi(line), SIGKILL);
          break;
        case 2:
          rig.executor->leave();
          rig.executor->join(rig);
          for (const auto& other : ids) rig.credit(other, ExecutorRig::kPlenty);
          break;
        default: break;
      }
    }
    for (const auto& id : ids) rig.credit(id, ExecutorRig::kPlenty);
    for (const auto& id : ids)
      if (rig.label_of(id) == "long") rig.cancel(id);
    for (const auto& id : ids) ++ends[rig.end(id).kind()];
    for (const auto& id : ids) CHECK(rig.ends_of(id) == 1);
    rig.messages.clear();
  }
  CHECK(ends[End::KIND_EXITED] > kRounds);
  CHECK(ends[End::KIND_CANCELLED] > kRounds);
  CHECK(ends[End::KIND_SIGNALED] > 0);
  CHECK(ends[End::KIND_EXITED] + ends[End::KIND_CANCELLED] + ends[End::KIND_SIGNALED] ==
        20 * kRounds);
  CHECK(rig.executor->is_idle());
  CHECK(descriptors() == before);
  CHECK(descendants_of(::getpid()).empty());
}

}  // namespace picket::node
