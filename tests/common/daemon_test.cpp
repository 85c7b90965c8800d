#include "common/daemon.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <asio/use_awaitable.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

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
  const test::TemporaryFolder folder;
  const std::string path = folder / "notify";
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK_FALSE(notify_systemd("READY=1"));
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  Daemon daemon(nullptr);
  Deadlines deadlines;
  deadlines.at(soon(1ms), [&] { daemon.stop(); });
  daemon.drive(deadlines);
  daemon.run();
  ::unsetenv("NOTIFY_SOCKET");
  CHECK(received(socket.get()) == std::vector<std::string>{"READY=1", "STOPPING=1"});
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
