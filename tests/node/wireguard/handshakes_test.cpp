#include "node/wireguard/handshakes.h"

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kNow = 1'700'000'000;

WireguardPeerFact with_keepalive() {
  WireguardPeerFact fact;
  fact.keepalive_s = 25;
  return fact;
}

// One peer, seen every now and then.
struct Peer {
  Handshake see(int64_t handshake_s, int64_t handshake_ns = 0) {
    fact.handshake_s = handshake_s;
    fact.handshake_ns = handshake_ns;
    const Handshake seen = handshakes.see("wg0/key", fact, clock.wall(), clock.steady());
    handshakes.forget_unseen();
    return seen;
  }
  bool active(int64_t handshake_s) { return see(handshake_s).active; }

  test::ManualClock clock{WallTime(Seconds(kNow))};
  WireguardPeerFact fact = with_keepalive();
  Handshakes handshakes;
};

}  // namespace

TEST_CASE("a peer is active for 180 s after a handshake, without keep-alive for 10 min") {
  Peer peer;
  CHECK_FALSE(peer.active(0));
  CHECK(peer.active(kNow));
  peer.clock.advance(180s);
  CHECK(peer.active(kNow));
  peer.clock.advance(1ns);
  CHECK_FALSE(peer.active(kNow));
  peer.fact.keepalive_s = 0;
  CHECK(peer.active(kNow));
  peer.clock.advance(10min - 180s);
  CHECK_FALSE(peer.active(kNow));
  CHECK(peer.active(kNow + 600));
  CHECK(peer.see(kNow + 600).at_unix_ns == (kNow + 600) * 1'000'000'000);
}

TEST_CASE("the first look trusts what is plausible") {
  CHECK(Peer().active(kNow - 179));
  CHECK_FALSE(Peer().active(kNow - 181));
  CHECK(Peer().active(kNow + 60));
  CHECK_FALSE(Peer().active(kNow + 61));
  CHECK_FALSE(Peer().active(INT64_MAX));
  CHECK_FALSE(Peer().active(-5));
  CHECK(Peer().see(0).at_unix_ns == 0);
}

TEST_CASE("a time to come is told as the moment until which it can have been, a change is seen") {
  Peer peer;
  const Handshake first = peer.see(kNow + 86'400);
  CHECK_FALSE(first.active);
  CHECK(first.at_unix_ns == kNow * 1'000'000'000);
  peer.clock.advance(130s);
  CHECK(peer.see(kNow + 86'400).at_unix_ns == first.at_unix_ns);
  const Handshake second = peer.see(kNow + 86'400 + 130);
  CHECK(second.active);
  CHECK(second.at_unix_ns == (kNow + 130) * 1'000'000'000);
}

TEST_CASE("an age instead of a time is an age") {
  Peer peer;
  CHECK(peer.active(20));
  CHECK(peer.see(20).at_unix_ns == (kNow - 20) * 1'000'000'000);
  CHECK_FALSE(peer.active(181));
  peer.clock.advance(5s);
  CHECK_FALSE(peer.active(186));  // it grew: no handshake
  CHECK(peer.active(1));
}

TEST_CASE("the wall clock's jumps neither make a peer active nor idle") {
  Peer peer;
  CHECK(peer.active(kNow));
  peer.clock.set_wall(WallTime(Seconds(kNow + 100'000)));
  CHECK(peer.active(kNow));
  peer.clock.set_wall(WallTime(Seconds(kNow - 100'000)));
  CHECK(peer.active(kNow));
  peer.clock.advance(181s);
  CHECK_FALSE(peer.active(kNow));
  CHECK(peer.active(kNow - 99'819));  // a handshake by the clock that was set back
}

TEST_CASE("who computes the time anew at each look is not active for ever") {
  Peer peer;
  CHECK(peer.see(kNow, 0).active);
  for (int i = 0; i < 20; ++i) {
    peer.clock.advance(10s);
    (void)peer.see(kNow + i % 2, 999'000'000);
  }
  CHECK_FALSE(peer.active(kNow));
}

TEST_CASE("a peer that was away is new when it comes back") {
  Peer peer;
  CHECK(peer.active(kNow));
  peer.handshakes.forget_unseen();
  peer.clock.advance(181s);
  CHECK_FALSE(peer.active(kNow - 1000));
}

}  // namespace picket::node
