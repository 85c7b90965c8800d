// The agent's connection in a daemon's own loop, against listeners that answer as a test wants.
#include "node/io/hub_connection.h"

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <optional>

#include "common/protocol.h"
#include "tests/support/catch.h"
#include "tests/support/test_certificates.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

const tcp::endpoint kAnyPort(asio::ip::address_v4::loopback(), 0);

std::vector<HostPort> address_of(const tcp::acceptor& listener) {
  return {{"127.0.0.1", listener.local_endpoint().port()}};
}

/// An agent of one connection; ends itself after a while, which is a failure.
struct Rig {
  explicit Rig(std::vector<HostPort> addresses)
      : connection(agent, daemon, *TlsContext::node(ca.issue({})), std::move(addresses),
                   [] { return UINT64_MAX; }) {
    daemon.accepting().spawn("hub connection", connection.run());
    daemon.on_stop([this] {
      connection.stop();
      agent.stop("the test ends");
    });
  }
  /// Stops after `pause`; how long the end then took.
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
  Agent agent{{}, [](const std::string&, Agent::Answer) {}};
  HubConnection connection;
};

}  // namespace

TEST_CASE("an agent whose hub can't be reached ends at once, also between two attempts") {
  asio::io_context io;
  tcp::acceptor listener(io, kAnyPort);
  const auto address = address_of(listener);
  listener.close();
  Rig rig(address);
  CHECK(rig.time_to_stop(100ms) < 400ms);
}

TEST_CASE("an agent whose hub accepts and then says nothing ends at once") {
  asio::io_context io;
  const tcp::acceptor listener(io, kAnyPort);
  Rig rig(address_of(listener));
  CHECK(rig.time_to_stop(100ms) < 400ms);
}

}  // namespace picket::node
