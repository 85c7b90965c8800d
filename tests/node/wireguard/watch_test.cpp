#include "node/wireguard/watch.h"

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace picket::node {
namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr char kKey[] = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

// A host whose WireGuard is what the test says.
struct Host {
  Host() {
    sight.sources = {"kernel"};
    WireguardInterfaceFact interface;
    interface.name = "wg0";
    interface.listen_port = 51820;
    WireguardPeerFact peer;
    peer.public_key = kKey;
    peer.allowed_ips = {*parse_prefix("10.9.0.0/24"), *parse_prefix("10.8.0.3/32")};
    interface.peers.push_back(peer);
    sight.interfaces.push_back(interface);
  }
  WireguardPeerFact& peer() { return sight.interfaces[0].peers[0]; }

  test::ManualClock clock{WallTime(Seconds(kNow))};
  WireguardSight sight;
  PeerNames names;
  WireguardWatch watch{clock, [this] { return sight; },
                       [this]() -> const PeerNames& { return names; }};
};

}  // namespace

TEST_CASE("the first look tells all that is there, without what changes all the time") {
  Host host;
  host.peer().handshake_s = kNow;
  host.peer().received_bytes = 7;
  host.names[kKey] = "laptop";
  const auto value = host.watch.poll();
  REQUIRE(value);
  CHECK(value->resource() == "wireguard");
  CHECK(value->health().ok().sources(0) == "kernel");
  REQUIRE(value->wireguard().peers_size() == 1);
  const auto& peer = value->wireguard().peers(0);
  CHECK(peer.key() == std::string("wg0/") + kKey);
  CHECK(peer.name() == "laptop");
  CHECK(peer.active());
  CHECK(peer.allowed_ips(0) == "10.8.0.3/32");
  CHECK(peer.allowed_ips(1) == "10.9.0.0/24");
  CHECK(peer.latest_handshake_unix_ns() == 0);
  CHECK_FALSE(peer.has_received_bytes());
  const auto& latest = host.watch.latest().wireguard().peers(0);
  CHECK(latest.latest_handshake_unix_ns() == kNow * 1'000'000'000);
  CHECK(latest.received_bytes() == 7);
}

TEST_CASE("SM9: handshakes and counters are no reason for an update, everything else is") {
  Host host;
  host.peer().handshake_s = kNow;
  REQUIRE(host.watch.poll());
  host.clock.advance(std::chrono::minutes(2));
  host.peer().handshake_s = kNow + 120;
  host.peer().received_bytes += 1000;
  host.peer().sent_bytes += 1000;
  std::swap(host.peer().allowed_ips[0], host.peer().allowed_ips[1]);
  CHECK_FALSE(host.watch.poll());
  const auto tells = [&] { return host.watch.poll().has_value() && !host.watch.poll(); };
  host.peer().endpoint = WireguardEndpoint{*parse_ip("192.0.2.7"), 4711};
  CHECK(tells());
  host.peer().endpoint->port = 4712;
  CHECK(tells());
  host.peer().preshared_key = true;
  CHECK(tells());
  host.peer().keepalive_s = 25;
  CHECK(tells());
  host.peer().allowed_ips.pop_back();
  CHECK(tells());
  host.names[kKey] = "laptop";
  CHECK(tells());
  host.sight.interfaces[0].listen_port = 1;
  CHECK(tells());
  host.clock.advance(std::chrono::minutes(10));
  CHECK(tells());  // idle
  host.sight.interfaces[0].peers.clear();
  CHECK(tells());
  host.sight.interfaces.clear();
  CHECK(tells());
}

TEST_CASE("SM9: the same key on two interfaces is two peers") {
  Host host;
  host.sight.interfaces.push_back(host.sight.interfaces[0]);
  host.sight.interfaces[1].name = "wg1";
  host.sight.interfaces[1].peers[0].handshake_s = kNow;
  const auto value = host.watch.poll();
  REQUIRE(value->wireguard().peers_size() == 2);
  CHECK_FALSE(value->wireguard().peers(0).active());
  CHECK(value->wireguard().peers(1).active());
}

TEST_CASE("none and can't see are different values, and the end of a failure is told") {
  Host host;
  host.sight = {};
  const auto none = host.watch.poll();
  REQUIRE(none);
  CHECK(none->health().has_ok());
  CHECK(none->has_wireguard());
  host.sight.failure = "can't see wg\xff";
  const auto blind = host.watch.poll();
  REQUIRE(blind);
  CHECK(blind->health().failed().reason() == "can't see wg\xEF\xBF\xBD");
  CHECK_FALSE(blind->has_wireguard());
  CHECK_FALSE(host.watch.poll());
  host.sight.failure.clear();
  CHECK(host.watch.poll()->health().has_ok());
}

TEST_CASE("allowed IPs at the limit are told, one more is counted") {
  Host host;
  auto& ips = host.peer().allowed_ips;
  ips.clear();
  for (std::size_t i = 0; i < limits::kWireguardAllowedIpsMax; ++i)
    ips.push_back(*parse_prefix("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
  const auto told = host.watch.poll()->wireguard().peers(0);
  CHECK(told.allowed_ips_size() == static_cast<int>(limits::kWireguardAllowedIpsMax));
  CHECK(told.allowed_ips_left_out() == 0);
  ips.insert(ips.begin(), *parse_prefix("11.0.0.0/8"));
  const auto cut = host.watch.poll()->wireguard().peers(0);
  CHECK(cut.allowed_ips_left_out() == 1);
  CHECK(cut.allowed_ips(0) == told.allowed_ips(0));
}

TEST_CASE("who is told next is told all") {
  Host host;
  REQUIRE(host.watch.poll());
  CHECK_FALSE(host.watch.poll());
  host.watch.tell_anew();
  CHECK(host.watch.poll());
}

}  // namespace picket::node
