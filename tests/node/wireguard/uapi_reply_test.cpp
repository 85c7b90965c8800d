#include "node/wireguard/uapi_reply.h"

#include "common/limits.h"
#include "node/wireguard/key.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// A pair of keys as wg(8) makes them.
constexpr char kPrivate[] = "a8abababababababababababababababababababababababababababababab6b";
constexpr char kPublic[] = "43EthRoOXXm4McXjSrIrQaGYFx3iCbi4+sojoRxiSFk=";

const std::string kHexKey(64, 'a');
const std::string kZeroes(64, '0');

std::string reply() {
  return std::string("private_key=") + kPrivate + "\nlisten_port=51820\nfwmark=42\nnovelty=1\n" +
         "public_key=" + kHexKey + "\npreshared_key=" + std::string(64, 'b') +
         "\nprotocol_version=1\nendpoint=[2001:db8::7%eth0]:4711\nlast_handshake_time_sec="
         "1700000000\n"
         "last_handshake_time_nsec=5\ntx_bytes=18446744073709551615\nrx_bytes=7\n"
         "persistent_keepalive_interval=25\nallowed_ip=10.8.0.3/32\nallowed_ip=fd00::/64\n"
         "public_key=" +
         std::string(64, 'c') + "\npreshared_key=" + kZeroes +
         "\nendpoint=192.0.2.7:80\nerrno=0\n\n";
}

Status feed(const std::string& text) {
  UapiReply reply("wg0");
  const Status fed = reply.feed(text);
  if (fed && !reply.complete()) return Error{"incomplete"};
  return fed;
}

}  // namespace

TEST_CASE("all that a program says of its interface is read, but for its secrets") {
  UapiReply read("wg0");
  REQUIRE(read.feed(reply()));
  REQUIRE(read.complete());
  const auto interface = read.take();
  CHECK(interface.name == "wg0");
  CHECK(interface.userspace);
  CHECK(interface.listen_port == 51820);
  CHECK(interface.fwmark == 42);
  CHECK(interface.public_key == kPublic);
  REQUIRE(interface.peers.size() == 2);
  const auto& peer = interface.peers[0];
  CHECK(peer.public_key == "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=");
  CHECK(peer.preshared_key);
  CHECK(to_string(peer.endpoint->ip) == "2001:db8::7");
  CHECK(peer.endpoint->port == 4711);
  CHECK(peer.handshake_s == 1700000000);
  CHECK(peer.handshake_ns == 5);
  CHECK(peer.sent_bytes == UINT64_MAX);
  CHECK(peer.received_bytes == 7);
  CHECK(peer.keepalive_s == 25);
  REQUIRE(peer.allowed_ips.size() == 2);
  CHECK(to_string(peer.allowed_ips[1]) == "fd00::/64");
  CHECK_FALSE(interface.peers[1].preshared_key);
  CHECK(to_string(interface.peers[1].endpoint->ip) == "192.0.2.7");
}

TEST_CASE("the answer is the same in whatever pieces it comes") {
  const std::string text = reply();
  for (std::size_t split = 0; split <= text.size(); ++split) {
    UapiReply read("wg0");
    REQUIRE(read.feed(text.substr(0, split)));
    REQUIRE(read.feed(text.substr(split)));
    REQUIRE(read.complete());
    const auto interface = read.take();
    REQUIRE(interface.peers.size() == 2);
    CHECK(interface.peers[0].allowed_ips.size() == 2);
    CHECK(interface.public_key == kPublic);
  }
}

TEST_CASE("what isn't such an answer is refused") {
  CHECK(feed("errno=0\n\n"));
  CHECK_FALSE(feed("errno=0\n"));
  CHECK_FALSE(feed("\n"));
  CHECK_FALSE(feed("errno=1\n\n"));
  CHECK_FALSE(feed("HTTP/1.1 400 Bad Request\n"));
  CHECK_FALSE(feed("listen_port=65536\nerrno=0\n\n"));
  CHECK_FALSE(feed("listen_port=-1\nerrno=0\n\n"));
  CHECK_FALSE(feed("private_key=" + kHexKey + "a\nerrno=0\n\n"));
  CHECK_FALSE(feed("public_key=xyz\nerrno=0\n\n"));
  for (const char* line : {"endpoint=192.0.2.7", "endpoint=host:80", "endpoint=:80",
                           "allowed_ip=10.0.0.0/33", "rx_bytes=", "rx_bytes=1x"}) {
    INFO(line);
    CHECK_FALSE(feed("public_key=" + kHexKey + "\n" + line + "\nerrno=0\n\n"));
  }
  CHECK(feed("x=" + std::string(510, 'y') + "\nerrno=0\n\n"));
  CHECK_FALSE(feed("x=" + std::string(511, 'y') + "\nerrno=0\n\n"));
}

TEST_CASE("an answer without end is given up at its limit") {
  UapiReply read("wg0");
  const std::string line = "x=" + std::string(500, 'y') + "\n";
  std::string block;
  while (block.size() < 1024 * 1024) block += line;
  std::size_t fed = 0;
  while (read.feed(block)) {
    fed += block.size();
    REQUIRE(fed <= limits::kWireguardReplyBytesMax);
  }
  CHECK(fed > limits::kWireguardReplyBytesMax / 2);
}

TEST_CASE("the public key of a private one is the one that wg(8) makes") {
  CHECK(public_key_of_private_hex(kPrivate) == std::string(kPublic));
  CHECK(public_key_of_private_hex(kZeroes) == "");
  CHECK_FALSE(public_key_of_private_hex("77"));
}

TEST_CASE("a key's form is told from others") {
  CHECK(is_key_text("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="));
  CHECK_FALSE(is_key_text("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo"));
  CHECK_FALSE(is_key_text("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTm!="));
  CHECK_FALSE(is_key_text(""));
}

}  // namespace picket::node
