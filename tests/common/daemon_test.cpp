#include "common/daemon.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <asio/use_awaitable.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/systemd_notify.h"
#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket {
namespace {

using namespace std::chrono_literals;

asio::awaitable<void> wait_for(asio::steady_timer* timer) {
  co_await timer->async_wait(asio::use_awaitable);
}

SteadyTime soon(std::chrono::milliseconds pause) {
  return std::chrono::steady_clock::now() + pause;
}

std::vector<std::string> received(int socket) {
  std::vector<std::string> messages;
  char buffer[100];
  for (auto size = ::recv(socket, buffer, sizeof buffer, MSG_DONTWAIT); size > 0;
       size = ::recv(socket, buffer, sizeof buffer, MSG_DONTWAIT)) {
    messages.emplace_back(buffer, static_cast<std::size_t>(size));
  }
  return messages;
}

// A socket such as systemd's, and the variables by which a daemon finds it.
struct FakeSystemd {
  FakeSystemd() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder / "notify";
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~FakeSystemd() {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  FakeSystemd(const FakeSystemd&) = delete;
  FakeSystemd& operator=(const FakeSystemd&) = delete;

  const test::TemporaryFolder folder;
  const UniqueFd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

}  // namespace

TEST_CASE("a core's deadlines are run when they are due, also those set earlier later") {
  Daemon daemon(nullptr);
  Deadlines deadlines;
  std::vector<int> ran;
  deadlines.at(soon(30s), [&] { ran.push_back(3); });
  daemon.drive(deadlines);
  deadlines.at(soon(20ms), [&] {
    ran.push_back(2);
    deadlines.at(soon(5ms), [&] { daemon.stop(); });
  });
  deadlines.at(soon(1ms), [&] { ran.push_back(1); });
  daemon.run();
  CHECK(ran == std::vector<int>{1, 2});
}

TEST_CASE("SIGTERM stops: no more accepting, then the actions, then the tasks are awaited") {
  Daemon daemon(nullptr);
  std::vector<std::string> order;
  asio::steady_timer link(daemon.io(), asio::steady_timer::time_point::max());
  asio::steady_timer never(daemon.io(), asio::steady_timer::time_point::max());
  daemon.accepting().spawn("accept", wait_for(&never));
  daemon.tasks().spawn("link", wait_for(&link));
  daemon.on_stop([&] { order.emplace_back("goodbye"); });
  daemon.on_stop([&] {
    order.emplace_back("close");
    link.cancel();
  });
  Deadlines deadlines;
  deadlines.at(soon(1ms), [] { std::raise(SIGTERM); });
  daemon.drive(deadlines);
  daemon.run();
  CHECK(order == std::vector<std::string>{"goodbye", "close"});
  CHECK(daemon.tasks().size() == 0);
  CHECK(daemon.accepting().size() == 0);
}

TEST_CASE("SIGHUP reloads, and a second SIGTERM does not wait") {
  Daemon daemon(nullptr);
  int reloads = 0;
  asio::steady_timer never(daemon.io(), asio::steady_timer::time_point::max());
  daemon.tasks().spawn("link that does not end", wait_for(&never));
  daemon.on_reload([&] {
    ++reloads;
    std::raise(SIGTERM);
  });
  daemon.on_stop([] { std::raise(SIGTERM); });
  Deadlines deadlines;
  deadlines.at(soon(1ms), [] { std::raise(SIGHUP); });
  daemon.drive(deadlines);
  const auto started = std::chrono::steady_clock::now();
  daemon.run();
  CHECK(reloads == 1);
  CHECK(daemon.tasks().size() == 0);  // cancelled, while what it refers to still lives
  CHECK(std::chrono::steady_clock::now() - started < 2s);
}

TEST_CASE("an exception of a callback is told, and the loop goes on") {
  std::vector<std::string> failures;
  Daemon daemon([&](std::string_view task, std::string_view what) {
    failures.push_back(std::string(task) + ": " + std::string(what));
  });
  Deadlines deadlines;
  deadlines.at(soon(1ms), [] { throw std::runtime_error("on purpose"); });
  deadlines.at(soon(2ms), [&] { daemon.stop(); });
  daemon.drive(deadlines);
  daemon.run();
  CHECK(failures == std::vector<std::string>{"loop: on purpose"});
}

TEST_CASE("systemd is told of readiness and of the stop") {
  CHECK_FALSE(notify_systemd("READY=1"));
  const FakeSystemd systemd;
  Daemon daemon(nullptr);
  Deadlines deadlines;
  deadlines.at(soon(1ms), [&] { daemon.stop(); });
  daemon.drive(deadlines);
  daemon.run();
  CHECK(received(systemd.socket.get()) ==
        std::vector<std::string>{"READY=1", "STOPPING=1\nSTATUS=Stops."});
}

TEST_CASE("systemd's watchdog hears of a loop that runs, with how things are, and of no other") {
  const FakeSystemd systemd;
  ::setenv("WATCHDOG_USEC", "20000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  Daemon daemon(nullptr);
  Deadlines deadlines;
  int asked = 0;
  std::vector<std::string> while_hung;
  daemon.on_status([&] {
    if (++asked == 3)
      deadlines.at(soon(0ms), [&] {
        static_cast<void>(received(systemd.socket.get()));
        // Nobody else may read the time on: for three heartbeats the loop does nothing else.
        for (const auto end = soon(30ms); std::chrono::steady_clock::now() < end;) {
        }
        while_hung = received(systemd.socket.get());
        deadlines.at(soon(15ms), [&] { daemon.stop(); });
      });
    return "asked " + std::to_string(asked);
  });
  daemon.drive(deadlines);
  std::vector<std::string> first;
  deadlines.at(soon(1ms), [&] { first = received(systemd.socket.get()); });
  daemon.run();
  CHECK(first == std::vector<std::string>{"READY=1\nSTATUS=asked 1"});
  CHECK(while_hung.empty());
  const auto last = received(systemd.socket.get());
  REQUIRE(last.size() >= 2);
  CHECK(last.front() == "WATCHDOG=1\nSTATUS=asked 4");
  CHECK(last.back() == "STOPPING=1\nSTATUS=Stops.");
}

TEST_CASE("the watchdog is fed at half of its time, and only by the process that it watches") {
  const FakeSystemd systemd;
  CHECK_FALSE(watchdog_interval());
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  CHECK(watchdog_interval() == std::chrono::microseconds(15'000'000));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  CHECK(watchdog_interval() == std::chrono::microseconds(15'000'000));
  ::setenv("WATCHDOG_PID", std::to_string(::getppid()).c_str(), 1);
  CHECK_FALSE(watchdog_interval());
  ::unsetenv("WATCHDOG_PID");
  for (const char* wrong : {"", "0", "1", "-2", "soon", "30s", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", wrong, 1);
    CHECK_FALSE(watchdog_interval());
  }
}

TEST_CASE("a daemon that expects many peers gets all the descriptors that it may have") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit usual{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &usual) == 0);
  raise_descriptor_limit();
  rlimit after{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
  CHECK(after.rlim_cur == before.rlim_max);
  CHECK(after.rlim_max == before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace picket
