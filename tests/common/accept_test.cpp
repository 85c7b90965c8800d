#include "common/accept.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <fstream>
#include <vector>

#include "common/dial.h"
#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/temporary_folder.h"

namespace picket {
namespace {

using namespace std::chrono_literals;
using test::run_until;
using test::TemporaryFolder;

asio::awaitable<void> dial_one(HostPort address, std::optional<Result<Dialled>>* dialled) {
  std::vector<HostPort> addresses(1, address);
  *dialled = co_await dial_tcp(addresses, 2s);
}

asio::awaitable<void> dial_all(std::vector<HostPort> addresses,
                               std::optional<Result<Dialled>>* dialled) {
  *dialled = co_await dial_tcp(addresses, 2s);
}

asio::awaitable<void> pause_once(asio::io_context* io, bool* done) {
  asio::steady_timer timer(*io, std::chrono::milliseconds(1));
  co_await timer.async_wait(asio::use_awaitable);
  *done = true;
}

HostPort port_of(const Listener& listener) { return *parse_host_port(listener.address()); }

// A loop that accepts on what it is given.
struct Accepting {
  explicit Accepting(Listener listener) {
    accept_on(
        tasks, std::move(listener), [this](Accepted one) { accepted.push_back(std::move(one)); },
        [this](std::string_view text) { trouble.emplace_back(text); });
    test::run_ready(io);
  }

  Result<Dialled> dial(const HostPort& address) {
    std::optional<Result<Dialled>> dialled;
    tasks.spawn("dial", dial_one(address, &dialled));
    run_until(io, [&] { return dialled.has_value(); });
    test::run_ready(io);
    REQUIRE(dialled);
    return *std::move(dialled);
  }

  asio::io_context io;
  TaskGroup tasks{io.get_executor(), nullptr};
  std::vector<Accepted> accepted;
  std::vector<std::string> trouble;
};

Listener listen_on(const HostPort& address) {
  const std::array<HostPort, 1> addresses{address};
  auto listeners = listen_tcp(addresses);
  REQUIRE(listeners);
  return std::move(listeners->front());
}

}  // namespace

TEST_CASE("a listener on port 0 says which port it got, and takes who dials it") {
  Listener listener = listen_on({"127.0.0.1", 0});
  const HostPort address = port_of(listener);
  CHECK(address.port != 0);
  Accepting accepting(std::move(listener));
  const auto dialled = accepting.dial(address);
  REQUIRE(dialled);
  CHECK(to_string(dialled->remote) == to_string(address));
  REQUIRE(run_until(accepting.io, [&] { return accepting.accepted.size() == 1; }));
  CHECK(to_string(accepting.accepted[0].remote.ip) == "127.0.0.1");
}

TEST_CASE("the IPv6 wildcard takes IPv4 too, and leaves it to a listener of its own") {
  Listener dual = listen_on({"::", 0});
  const HostPort address = port_of(dual);
  Accepting accepting(std::move(dual));
  REQUIRE(accepting.dial({"127.0.0.1", address.port}));
  REQUIRE(accepting.dial({"::1", address.port}));
  REQUIRE(run_until(accepting.io, [&] { return accepting.accepted.size() == 2; }));
  CHECK(accepting.accepted[0].remote.ip.is_v4());
  accepting.tasks.stop();
  test::run_ready(accepting.io);

  const std::array<HostPort, 2> both{HostPort{"::", address.port},
                                     HostPort{"0.0.0.0", address.port}};
  const auto listeners = listen_tcp(both);
  REQUIRE(listeners);
  CHECK((*listeners)[0].address() == to_string(both[0]));
  CHECK((*listeners)[1].address() == to_string(both[1]));
}

TEST_CASE("an address that can't be listened on is named") {
  const Listener first = listen_on({"127.0.0.1", 0});
  const std::array<HostPort, 1> taken{port_of(first)};
  CHECK(listen_tcp(taken).error() ==
        "can't listen on " + to_string(taken[0]) + ": Address already in use");
  const std::array<HostPort, 1> name{HostPort{"hub.example.org", 0}};
  CHECK(listen_tcp(name).error() == "can't listen on hub.example.org:0: not an IP address");
}

TEST_CASE("addresses are dialled in turn until one answers") {
  Listener gone = listen_on({"127.0.0.1", 0});
  const HostPort refused = port_of(gone);
  {
    const Listener ended = std::move(gone);
  }
  Listener listener = listen_on({"127.0.0.1", 0});
  const HostPort address = port_of(listener);
  Accepting accepting(std::move(listener));
  std::optional<Result<Dialled>> dialled;
  accepting.tasks.spawn("dial", dial_all({refused, address}, &dialled));
  REQUIRE(run_until(accepting.io, [&] { return dialled.has_value(); }));
  REQUIRE(*dialled);
  CHECK((*dialled)->address == address);
  const auto failed = accepting.dial(refused);
  REQUIRE_FALSE(failed);
  CHECK(failed.error() == "can't connect: " + to_string(refused) + ": Connection refused");
}

TEST_CASE("the Unix socket has its mode, tells who connects, and goes with its listener") {
  const TemporaryFolder folder;
  const std::string path = folder / "hub.sock";
  {
    auto listener = listen_unix(path, {.mode = 0660, .group = ::getgid()});
    REQUIRE(listener);
    struct stat file{};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777U) == 0660);
    CHECK(file.st_gid == ::getgid());
    Accepting accepting(*std::move(listener));
    const auto client = dial_unix(path);
    REQUIRE(client);
    REQUIRE(run_until(accepting.io, [&] { return accepting.accepted.size() == 1; }));
    const UnixPeer& peer = accepting.accepted[0].peer;
    CHECK(peer.uid == ::getuid());
    CHECK(peer.gid == ::getgid());
    CHECK(peer.pid == ::getpid());
    CHECK(peer.groups.size() == static_cast<std::size_t>(::getgroups(0, nullptr)));
  }
  CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("a live daemon's socket is never stolen, a stale one is replaced") {
  const TemporaryFolder folder;
  const std::string path = folder / "hub.sock";
  auto live = listen_unix(path);
  REQUIRE(live);
  CHECK(listen_unix(path).error() == "another daemon is running: it answers at " + path);
  CHECK(dial_unix(path));
  // As after kill -9: the file stays, nobody listens.
  const std::string stale = folder / "stale.sock";
  REQUIRE(::link(path.c_str(), stale.c_str()) == 0);
  {
    const Listener ended = *std::move(live);
  }
  CHECK(dial_unix(stale).error() == "nobody listens at " + stale + " any more");
  CHECK(dial_unix(path).error() == "nobody listens at " + path);
  const auto next = listen_unix(stale);
  REQUIRE(next);
  CHECK(dial_unix(stale));
}

TEST_CASE("a file that is no socket is kept") {
  const TemporaryFolder folder;
  const std::string path = folder / "precious";
  std::ofstream(path) << "data";
  CHECK(listen_unix(path).error() == path + " exists and is not a socket");
  CHECK(::access(path.c_str(), F_OK) == 0);
}

TEST_CASE("a socket's path may have 107 bytes, one more is an error that says so") {
  const TemporaryFolder folder;
  const std::string longest =
      folder / std::string(limits::kSocketPathBytesMax - folder.path().size() - 1, 's');
  const auto listener = listen_unix(longest);
  REQUIRE(listener);
  CHECK(dial_unix(longest));
  const std::string expected = "is 108 bytes long, 1 to 107 are possible";
  CHECK(listen_unix(longest + "x").error().find(expected) != std::string::npos);
  CHECK(dial_unix(longest + "x").error().find(expected) != std::string::npos);
}

TEST_CASE(
    "out of descriptors: connections are turned away, said once, and accepting goes on later") {
  Listener listener = listen_on({"127.0.0.1", 0});
  const HostPort address = port_of(listener);
  Accepting accepting(std::move(listener));
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 3; ++i) {
    auto dialled = accepting.dial(address);
    REQUIRE(dialled);
    clients.push_back(std::move(dialled->socket));
  }
  REQUIRE(run_until(accepting.io, [&] { return accepting.accepted.size() == 3; }));
  clients.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  clients.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));

  // UBSan needs a descriptor when it first meets a type, so it meets those of a pause while there
  // are some.
  bool paused = false;
  accepting.tasks.spawn("pause", pause_once(&accepting.io, &paused));
  REQUIRE(run_until(accepting.io, [&] { return paused; }));

  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  // Every number below the limit is in use but for those that the test closes.
  const UniqueFd highest(::dup(clients.back().get()));
  none.rlim_cur = static_cast<rlim_t>(highest.get()) + 1;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  std::vector<UniqueFd> fillers;
  for (UniqueFd filler(::dup(0)); filler; filler = UniqueFd(::dup(0))) {
    fillers.push_back(std::move(filler));
  }
  sockaddr_storage server{};
  socklen_t length = sizeof server;
  ::getpeername(clients[0].get(), reinterpret_cast<sockaddr*>(&server), &length);
  for (std::size_t i = 3; i < 5; ++i) {
    ::connect(clients[i].get(), reinterpret_cast<const sockaddr*>(&server), length);
  }
  const auto turned_away = [&] {
    char byte = 0;
    return ::recv(clients[3].get(), &byte, 1, 0) == 0 && ::recv(clients[4].get(), &byte, 1, 0) == 0;
  };
  const bool both_ended = run_until(accepting.io, turned_away);
  fillers.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(both_ended);
  CHECK(accepting.accepted.size() == 3);
  REQUIRE(accepting.trouble.size() == 1);
  CHECK(accepting.trouble[0].find("Too many open files") != std::string::npos);

  const auto dialled = accepting.dial(address);
  REQUIRE(dialled);
  REQUIRE(run_until(accepting.io, [&] { return accepting.accepted.size() == 4; }));
  CHECK(accepting.trouble.size() == 2);
}

}  // namespace picket
