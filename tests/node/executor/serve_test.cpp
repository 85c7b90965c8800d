// The executor as a process, with an agent at the other end of its socket that the test plays; and
// what is left when one of them is killed.
#include "node/executor/serve.h"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "common/frame.h"
#include "common/limits.h"
#include "node/executor/descendants.h"
#include "tests/node/executor/executor_rig.h"
#include "tests/support/catch.h"
#include "tests/support/sanitized.h"

namespace picket::node {
namespace {

using End = v1::ExecutionEnd;
using test::ExecutorRig;

bool possible() { return test::TrustedFolder::possible(); }

UniqueFd patient(int socket) {
  const timeval patience{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return UniqueFd(socket);
}

// An agent, as far as an executor can tell.
class Agent {
 public:
  explicit Agent(UniqueFd socket) : socket_(std::move(socket)) {}

  void send(const std::string& bytes) const {
    REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void send(const v1::AgentToExecutor& message) const { send(encode_frame(message)); }
  void run(const std::string& id, const std::string& label, uint64_t credit = 1 << 20) {
    v1::AgentToExecutor message;
    message.mutable_run()->set_id(id);
    message.mutable_run()->set_instance_id(instance);
    message.mutable_run()->set_label(label);
    message.mutable_run()->set_credit_bytes(credit);
    send(message);
  }
  void cancel(const std::string& id) const {
    v1::AgentToExecutor message;
    message.mutable_cancel()->set_id(id);
    send(message);
  }
  /// Nothing: the executor has closed the socket.
  std::optional<v1::ExecutorToAgent> next() {
    char bytes[64 * 1024];
    while (messages_.empty()) {
      const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
      if (got == 0 || (got < 0 && errno == ECONNRESET)) return std::nullopt;
      REQUIRE(got > 0);
      REQUIRE(frames_.feed({bytes, static_cast<std::size_t>(got)}, [&](std::string_view payload) {
        return messages_.emplace_back().ParseFromString(std::string(payload));
      }));
    }
    auto message = messages_.front();
    messages_.erase(messages_.begin());
    if (message.has_hello()) instance = message.hello().instance_id();
    return message;
  }
  /// The next that is `wanted`, and what was output until then.
  v1::ExecutorToAgent next(v1::ExecutorToAgent::MessageCase wanted) {
    while (true) {
      const auto message = next();
      REQUIRE(message);
      output += message->output().data();
      if (message->message_case() == wanted) return *message;
    }
  }
  void close() { socket_.reset(); }

  std::string instance;
  std::string output;

 private:
  UniqueFd socket_;
  FrameReader frames_{limits::kFrameBytesMax};
  std::vector<v1::ExecutorToAgent> messages_;
};

using Case = v1::ExecutorToAgent::MessageCase;

// An executor in a process of its own.
class Served {
 public:
  Served(const std::string& allowlist, UniqueFd socket) : rig_(allowlist) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);  // what it might leave behind comes to the test
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close_range(STDERR_FILENO + 1, static_cast<unsigned>(socket.get()) - 1, 0);
      ::close_range(static_cast<unsigned>(socket.get()) + 1, ~0U, 0);
      const SystemClock clock;
      Executor executor(rig_.folder / "commands.toml", std::to_string(::getpid()), clock);
      ::_exit(serve_executor(std::move(socket), executor, clock));
    }
  }
  ~Served() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    (void)exit_status();
    ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
  }
  Served(const Served&) = delete;

  void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }
  int exit_status() {
    int status = -1;
    if (pid_ > 0) REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return status;
  }
  /// Of the executor, by now; what has lost its parent is the test's.
  bool has_descendants() const {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return !descendants_of(::getpid()).empty();
  }
  /// Whether all of it ends within 20 s.
  bool ends_without_rest() const {
    const auto give_up = std::chrono::steady_clock::now() + Seconds(20);
    while (has_descendants() && std::chrono::steady_clock::now() < give_up) {
    }
    return !has_descendants();
  }
  std::string folder() const { return rig_.folder.path(); }

 private:
  ExecutorRig rig_;
  pid_t pid_ = -1;
};

// One agent, whose end of a pair of sockets the executor has.
struct Pair {
  explicit Pair(const std::string& allowlist) : Pair(allowlist, made()) {}
  Served served;
  Agent agent;

 private:
  static std::pair<UniqueFd, UniqueFd> made() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    return {patient(ends[0]), UniqueFd(ends[1])};
  }
  Pair(const std::string& allowlist, std::pair<UniqueFd, UniqueFd> ends)
      : served(allowlist, std::move(ends.second)), agent(std::move(ends.first)) {}
};

// A socket as systemd would hand it over.
class Listening {
 public:
  Listening() {
    address_.sun_family = AF_UNIX;
    (folder_ / "socket").copy(address_.sun_path, sizeof address_.sun_path - 1);
    socket.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket.get(), where(), sizeof address_) == 0);
    REQUIRE(::chmod(address_.sun_path, 0777) == 0);
    REQUIRE(::listen(socket.get(), 5) == 0);
  }
  Agent connect() const {
    UniqueFd end = patient(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(end.get(), where(), sizeof address_) == 0);
    return Agent(std::move(end));
  }

  /// What reading one byte says: 0, it was closed.
  ssize_t connect_raw(char& byte) const {
    const UniqueFd end = patient(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(end.get(), where(), sizeof address_) != 0) return -1;
    return ::recv(end.get(), &byte, 1, 0);
  }

  UniqueFd socket;

 private:
  const sockaddr* where() const { return reinterpret_cast<const sockaddr*>(&address_); }

  test::TrustedFolder folder_;
  sockaddr_un address_{};
};

constexpr const char* kStubborn =
    "trap \"\" TERM; setsid sh -c \"trap : TERM; while :; do sleep 1; done\" & echo up; "
    "while :; do sleep 1; done";

}  // namespace

TEST_CASE("a run over the socket: started, output, end") {
  if (!possible()) PICKET_SKIP("needs root");
  Pair pair(ExecutorRig::shell("x", "echo hello"));
  CHECK(pair.agent.next(Case::kHello).hello().instance_id() == pair.agent.instance);
  CHECK(pair.agent.next(Case::kCommands).commands().rows_size() == 1);
  pair.agent.run("1", "x");
  CHECK(pair.agent.next(Case::kStarted).started().id() == "1");
  const auto ended = pair.agent.next(Case::kEnded);
  CHECK(ended.ended().end().kind() == End::KIND_EXITED);
  CHECK(pair.agent.output == "hello\n");
  pair.agent.close();
  CHECK(pair.served.exit_status() == 0);
}

TEST_CASE("an agent that says what it should not is left, and its commands with it") {
  if (!possible()) PICKET_SKIP("needs root");
  for (const std::string& nonsense :
       {std::string("\x7f\0\0\0", 4), std::string("\0\0\0\2\xff\xff", 6),
        std::string("\0\0\0\2\x0a\0", 6)}) {
    Pair pair(ExecutorRig::shell("x", kStubborn, "kill_grace = \"100ms\""));
    pair.agent.next(Case::kCommands);
    pair.agent.run("1", "x");
    pair.agent.next(Case::kOutput);
    pair.agent.send(nonsense);
    while (pair.agent.next()) {
    }
    CHECK(pair.served.exit_status() == 0);
    CHECK(pair.served.ends_without_rest());
  }
}

TEST_CASE("commands of an only agent that goes can put things in order before they end") {
  if (!possible()) PICKET_SKIP("needs root");
  Pair pair(ExecutorRig::shell(
      "x", "trap \"sleep 0.1; echo > %/bye; exit\" TERM; echo up; while :; do sleep 0.05; done",
      "on_disconnect = \"continue\""));
  pair.agent.next(Case::kCommands);
  pair.agent.run("1", "x");
  pair.agent.next(Case::kOutput);
  pair.agent.close();
  CHECK(pair.served.exit_status() == 0);
  CHECK(std::filesystem::exists(pair.served.folder() + "/bye"));
  CHECK(pair.served.ends_without_rest());
}

TEST_CASE("an executor that is killed leaves no process of its commands") {
  if (!possible()) PICKET_SKIP("needs root");
  Pair pair(ExecutorRig::shell("a", kStubborn) +
            ExecutorRig::shell("b", kStubborn, "on_disconnect = \"continue\""));
  pair.agent.next(Case::kCommands);
  pair.agent.run("1", "a");
  pair.agent.next(Case::kOutput);
  pair.agent.run("2", "b");
  pair.agent.next(Case::kOutput);
  pair.served.signal(SIGKILL);
  CHECK(WTERMSIG(pair.served.exit_status()) == SIGKILL);
  CHECK(pair.served.ends_without_rest());
}

TEST_CASE("SIGTERM ends what runs, tells of it, and then the executor") {
  if (!possible()) PICKET_SKIP("needs root");
  Pair pair(ExecutorRig::shell("x", kStubborn, "kill_grace = \"200ms\""));
  pair.agent.next(Case::kCommands);
  pair.agent.run("1", "x");
  pair.agent.next(Case::kOutput);
  pair.served.signal(SIGTERM);
  CHECK(pair.agent.next(Case::kEnded).ended().end().kind() == End::KIND_CANCELLED);
  CHECK_FALSE(pair.agent.next());
  CHECK(pair.served.exit_status() == 0);
  CHECK(pair.served.ends_without_rest());
}

TEST_CASE("an agent that comes back finds what was to continue") {
  if (!possible()) PICKET_SKIP("needs root");
  Listening listening;
  Served served(
      ExecutorRig::shell("x", "echo up; while ! [ -e %/go ]; do sleep 0.05; done; echo on",
                         "on_disconnect = \"continue\""),
      std::move(listening.socket));
  Agent first = listening.connect();
  first.next(Case::kCommands);
  first.run("1", "x");
  first.next(Case::kOutput);
  first.close();
  Agent second = listening.connect();
  CHECK(second.next(Case::kRunning).running().id() == "1");
  test::write(served.folder() + "/go", "");
  v1::AgentToExecutor credit;
  credit.mutable_credit()->set_id("1");
  credit.mutable_credit()->set_bytes(1000);
  second.send(credit);
  CHECK(second.next(Case::kEnded).ended().end().kind() == End::KIND_EXITED);
  CHECK(second.output == "on\n");
}

TEST_CASE("with nothing to run an executor ends when its agent has gone, and is started anew") {
  if (!possible()) PICKET_SKIP("needs root");
  Listening listening;
  Served served(ExecutorRig::shell("x", "echo up"), std::move(listening.socket));
  Agent agent = listening.connect();
  agent.next(Case::kCommands);
  agent.run("1", "x");
  agent.next(Case::kEnded);
  agent.close();
  CHECK(served.exit_status() == 0);
}

TEST_CASE("who is neither root nor of the socket's group is turned away, and the next is served") {
  if (!possible()) PICKET_SKIP("needs root");
  Listening listening;
  Served served(ExecutorRig::shell("x", "true"), std::move(listening.socket));
  const pid_t stranger = ::fork();
  if (stranger == 0) {  // in the socket's folder everybody may connect
    const bool became = ::setgroups(0, nullptr) == 0 && ::setgid(1) == 0 && ::setuid(1) == 0;
    char byte = 0;
    ::_exit(became && listening.connect_raw(byte) == 0 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(stranger, &status, 0) == stranger);
  CHECK(status == 0);
  Agent agent = listening.connect();
  CHECK_FALSE(agent.next(Case::kHello).hello().instance_id().empty());
}

TEST_CASE("an agent that never reads costs no memory") {
  if (!possible()) PICKET_SKIP("needs root");
  Pair pair(ExecutorRig::shell("x", "exec head -c 10G /dev/zero", "max_output = \"1TiB\""));
  pair.agent.next(Case::kCommands);
  pair.agent.run("1", "x", 1ULL << 40U);  // more than may be
  pair.agent.next(Case::kOutput);
  const auto executor = descendants_of(::getpid()).front();
  const auto resident_kib = [&] {
    std::ifstream statm("/proc/" + std::to_string(executor.pid) + "/statm");
    long pages = 0;
    statm >> pages >> pages;
    return pages * 4;
  };
  long most = 0;
  const long before = resident_kib();
  const auto until = std::chrono::steady_clock::now() + Milliseconds(500);
  while (std::chrono::steady_clock::now() < until) most = std::max(most, resident_kib());
  CHECK((test::kSanitized || most - before < 1024));
}

TEST_CASE("a flood of requests by an agent that doesn't read is not taken") {
  if (!possible()) PICKET_SKIP("needs root");
  Pair pair(ExecutorRig::shell("x", "true"));
  v1::AgentToExecutor list;
  list.mutable_list();
  std::string many;
  for (int i = 0; i < 1000; ++i) many += encode_frame(list);
  const UniqueFd nothing;
  pair.agent.send(many);
  for (int i = 0; i < 1001; ++i)
    CHECK(pair.agent.next(Case::kCommands).commands().rows_size() == 1);
}

}  // namespace picket::node
