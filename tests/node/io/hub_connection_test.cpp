// The agent's connection in a daemon's own loop, against listeners that answer as a test wants.
#include "node/io/hub_connection.h"

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <optional>

#include "common/protocol.h"
#include "tests/support/catch.h"
#include "tests/support/memory_bookmark.h"
#include "tests/support/test_certificates.h"
#include "tests/support/virtual_clock.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

const tcp::endpoint kAnyPort(asio::ip::address_v4::loopback(), 0);

std::vector<HostPort> address_of(const tcp::acceptor& listener) {
  return {{"127.0.0.1", listener.local_endpoint().port()}};
}

using Read = std::function<Result<HubIdentity>()>;

/// Identities as a test wants them, none of which can be renewed.
struct FakeSource final : IdentitySource {
  Result<HubIdentity> read() override { return next(); }
  Result<HubIdentity> read_settled() override { return next(); }
  Status keep(const PrivateKey&, const Certificate&) override { return Error{"nothing to keep"}; }
  Status settle() override { return {}; }
  Read next;
};

/// An agent of one connection.
struct Rig {
  void connect(std::vector<HostPort> addresses, Read read_again) {
    source.next = std::move(read_again);
    connection.emplace(agent, HubFeeds{feed, events, executions}, daemon, clock,
                       identity(1, std::move(addresses)), source, [] { return uint64_t{0}; });
    daemon.accepting().spawn("hub connection", connection->run());
    daemon.on_stop([this] {
      connection->stop();
      agent.stop("the test ends");
    });
  }
  HubIdentity identity(uint8_t number, std::vector<HostPort> addresses) const {
    return {.node = "web" + std::to_string(number),
            .certificate = {number},
            .tls = *TlsContext::node(ca.issue({})),
            .addresses = std::move(addresses)};
  }
  /// Stops in the middle of what comes after `pause`; how long the end then took.
  std::chrono::milliseconds time_to_stop(std::chrono::milliseconds pause) {
    asio::steady_timer timer(daemon.io(), pause);
    std::optional<std::chrono::steady_clock::time_point> stopped;
    timer.async_wait([&](const asio::error_code&) {
      stopped = std::chrono::steady_clock::now();
      daemon.stop();
    });
    daemon.run();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 stopped.value());
  }

  test::TestCa ca;
  Daemon daemon{nullptr};
  test::VirtualClock clock;
  Agent agent{{}, clock, [](const std::string&, Agent::Answer) {}};
  LogFeeds feeds;
  test::MemoryBookmark bookmark;
  LogFeed feed{feeds, clock, bookmark};
  EventFeed events{nullptr, bookmark};
  ExecutionFeeds execution_feeds;
  ExecutionFeed executions{execution_feeds, "h"};
  FakeSource source;
  std::optional<HubConnection> connection;
};

Result<HubIdentity> nothing_to_read() { return Error{"not joined"}; }

/// Takes every connection and ends it at once.
class Refusing {
 public:
  explicit Refusing(asio::io_context& io) : listener_(io, kAnyPort) { accept(); }
  std::vector<HostPort> address() const { return address_of(listener_); }
  int refused() const { return refused_; }

 private:
  void accept() {
    listener_.async_accept([this](const asio::error_code& error, const tcp::socket&) {
      if (error) return;
      ++refused_;
      accept();
    });
  }
  tcp::acceptor listener_;
  int refused_ = 0;
};

}  // namespace

TEST_CASE("an agent whose hub can't be reached ends at once, also between two attempts") {
  asio::io_context io;
  tcp::acceptor listener(io, kAnyPort);
  const auto address = address_of(listener);
  listener.close();
  Rig rig;
  rig.connect(address, nothing_to_read);
  CHECK(rig.time_to_stop(100ms) < 400ms);
}

TEST_CASE("an agent whose hub accepts and then says nothing ends at once") {
  asio::io_context io;
  const tcp::acceptor listener(io, kAnyPort);
  Rig rig;
  rig.connect(address_of(listener), nothing_to_read);
  CHECK(rig.time_to_stop(100ms) < 400ms);
}

TEST_CASE("an agent that the hub refuses goes on with the identity that the node has by now") {
  Rig rig;
  const Refusing refusing(rig.daemon.io());
  tcp::acceptor next(rig.daemon.io(), kAnyPort);
  next.async_accept([&](const asio::error_code& error, const tcp::socket&) {
    if (!error) rig.daemon.stop();
  });
  int read = 0;
  rig.connect(refusing.address(), [&]() -> Result<HubIdentity> {
    ++read;
    if (read == 1) return Error{"half written"};
    if (read == 2) return rig.identity(1, {{"192.0.2.1", 1}});  // the same certificate: no news
    return rig.identity(2, address_of(next));
  });
  rig.daemon.run();
  CHECK(refusing.refused() == 3);
  CHECK(read == 3);
}

}  // namespace picket::node
