#include "node/processes/side_starter.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/support/catch.h"

namespace picket::node {
namespace {

UniqueFd patient(UniqueFd socket) {
  const timeval patience{10, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return socket;
}

/// Says its pid and which descriptors are open in it, then ends when it is told something.
int say_who_it_is(const UniqueFd& socket) {
  std::string words = std::to_string(::getpid()) + ":";
  for (int fd = 0; fd < 64; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) words += " " + std::to_string(fd);
  char order = 0;
  (void)::send(socket.get(), words.data(), words.size(), MSG_NOSIGNAL);
  return ::recv(socket.get(), &order, 1, 0) == 1 ? 0 : 1;
}

SideStarter starter() {
  auto starter = SideStarter::start("side-starter", "side-started", say_who_it_is);
  REQUIRE(starter);
  return *std::move(starter);
}

std::string heard(const UniqueFd& socket) {
  char bytes[256];
  const ssize_t got = ::recv(socket.get(), bytes, sizeof bytes, 0);
  REQUIRE(got >= 0);
  return {bytes, static_cast<std::size_t>(got)};
}

UniqueFd connected(const SideStarter& starter) {
  auto socket = starter.connect();
  REQUIRE(socket);
  return patient(*std::move(socket));
}

}  // namespace

TEST_CASE("a starter starts a process each time it is asked, with nothing open but its socket") {
  const SideStarter starts = starter();
  for (int i = 0; i < 3; ++i) {
    const UniqueFd socket = connected(starts);
    const std::string who = heard(socket);
    CHECK(who.substr(who.find(':')) == ": 0 1 2 3");
    CHECK(std::stoi(who) != starts.pid());
    CHECK(::send(socket.get(), "x", 1, MSG_NOSIGNAL) == 1);
    CHECK(heard(socket).empty());
  }
}

TEST_CASE("a process that was killed is seen to have ended, and the next one can be had") {
  const SideStarter starts = starter();
  const UniqueFd first = connected(starts);
  const pid_t killed = std::stoi(heard(first));
  REQUIRE(::kill(killed, SIGKILL) == 0);
  CHECK(heard(first).empty());
  CHECK(std::stoi(heard(connected(starts))) != killed);
}

TEST_CASE("there is one process at a time: the next begins when it has ended") {
  const SideStarter starts = starter();
  const UniqueFd first = connected(starts);
  const std::string who = heard(first);
  const UniqueFd second = connected(starts);
  char byte = 0;
  CHECK(::recv(second.get(), &byte, 1, MSG_DONTWAIT) < 0);
  CHECK(::send(first.get(), "x", 1, MSG_NOSIGNAL) == 1);
  CHECK(heard(second) != who);
}

TEST_CASE("a starter that was killed takes what it has started with it, and that is said") {
  const SideStarter starts = starter();
  const UniqueFd socket = connected(starts);
  CHECK_FALSE(heard(socket).empty());
  REQUIRE(::kill(starts.pid(), SIGKILL) == 0);
  CHECK(heard(socket).empty());
  const auto next = starts.connect();
  REQUIRE_FALSE(next);
  CHECK(next.error().find("the process that starts it has ended") == 0);
}

}  // namespace picket::node
