#include "node/wireguard/device_dump.h"

#include "common/base64.h"
#include "node/wireguard/netlink_answer.h"
#include "tests/node/wireguard/device_messages.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using test::Messages;
using test::raw_key;

constexpr uint32_t kSequence = 7;
const std::string kNoKey(32, '\0');

// All that there is to say of a peer.
void whole_peer(Messages& messages) {
  messages.key(WGPEER_A_PUBLIC_KEY, raw_key(1))
      .key(WGPEER_A_PRESHARED_KEY, raw_key(99))
      .handshake(1'700'000'000, 250)
      .number(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, uint16_t{25})
      .number(WGPEER_A_TX_BYTES, uint64_t{1} << 40U)
      .number(WGPEER_A_RX_BYTES, uint64_t{3})
      .number(WGPEER_A_PROTOCOL_VERSION, uint32_t{1})
      .endpoint_v6("2001:db8::7", 51820)
      .nest(WGPEER_A_ALLOWEDIPS, [](Messages& ips) {
        ips.allowed_ip(AF_INET, "10.8.0.3", 32).allowed_ip(AF_INET6, "fd00::", 64);
      });
}

Messages whole_device() {
  return Messages().device(kSequence, [](Messages& device) {
    device.number(WGDEVICE_A_LISTEN_PORT, uint16_t{51821})
        .number(WGDEVICE_A_FWMARK, uint32_t{0x2a})
        .number(WGDEVICE_A_IFINDEX, uint32_t{4})
        .text(WGDEVICE_A_IFNAME, "wg0")
        .key(WGDEVICE_A_PRIVATE_KEY, raw_key(98))
        .key(WGDEVICE_A_PUBLIC_KEY, raw_key(0xabc))
        .nest(WGDEVICE_A_PEERS, [](Messages& peers) { peers.nest(0, whole_peer); });
  });
}

std::string texts(const std::vector<IpPrefix>& prefixes) {
  std::string text;
  for (const IpPrefix& prefix : prefixes) text += to_string(prefix) + " ";
  return text;
}

}  // namespace

TEST_CASE("all that the kernel says of an interface is read, but for its secrets") {
  DeviceDump dump;
  const Messages messages = whole_device();
  REQUIRE(dump.take(messages.first()));
  const WireguardInterfaceFact interface = dump.finish();
  CHECK(interface.name == "wg0");
  CHECK(interface.public_key == to_base64(raw_key(0xabc)));
  CHECK(interface.listen_port == 51821);
  CHECK(interface.fwmark == 0x2a);
  CHECK_FALSE(interface.userspace);
  REQUIRE(interface.peers.size() == 1);
  const WireguardPeerFact& peer = interface.peers[0];
  CHECK(peer.public_key == to_base64(raw_key(1)));
  CHECK(peer.preshared_key);
  CHECK(peer.handshake_s == 1'700'000'000);
  CHECK(peer.handshake_ns == 250);
  CHECK(peer.keepalive_s == 25);
  CHECK(peer.sent_bytes == uint64_t{1} << 40U);
  CHECK(peer.received_bytes == 3);
  REQUIRE(peer.endpoint);
  CHECK(to_string(peer.endpoint->ip) == "2001:db8::7");
  CHECK(peer.endpoint->port == 51820);
  CHECK(texts(peer.allowed_ips) == "10.8.0.3/32 fd00::/64 ");
}

TEST_CASE("a peer whose allowed IPs go on in the next messages stays one peer") {
  DeviceDump dump;
  const auto part = [](const char* ip, bool first) {
    return Messages().device(kSequence, [&](Messages& device) {
      device.text(WGDEVICE_A_IFNAME, "wg0").nest(WGDEVICE_A_PEERS, [&](Messages& peers) {
        peers.nest(0, [&](Messages& peer) {
          peer.key(WGPEER_A_PUBLIC_KEY, raw_key(1));
          if (first) peer.key(WGPEER_A_PRESHARED_KEY, kNoKey).endpoint_v4("192.0.2.7", 4711);
          peer.nest(WGPEER_A_ALLOWEDIPS, [&](Messages& ips) { ips.allowed_ip(AF_INET, ip, 24); });
        });
      });
    });
  };
  for (const char* ip : {"10.0.0.0", "10.0.1.0", "10.0.2.0"})
    REQUIRE(dump.take(part(ip, ip == std::string("10.0.0.0")).first()));
  const auto peers = dump.finish().peers;
  REQUIRE(peers.size() == 1);
  CHECK(texts(peers[0].allowed_ips) == "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 ");
  CHECK_FALSE(peers[0].preshared_key);
  CHECK(to_string(peers[0].endpoint->ip) == "192.0.2.7");
}

TEST_CASE("2,000 peers come in many messages, up to the one that ends them") {
  DeviceDump dump;
  NetlinkAnswer answer(kSequence, [&](const nlmsghdr* message) { return dump.take(message); });
  uint32_t next = 0;
  while (next < 2000) {
    const auto datagram = Messages().device(kSequence, [&](Messages& device) {
      device.text(WGDEVICE_A_IFNAME, "wg0").nest(WGDEVICE_A_PEERS, [&](Messages& peers) {
        for (const uint32_t end = next + 40; next < end; ++next) {
          peers.nest(0, [&](Messages& peer) {
            peer.key(WGPEER_A_PUBLIC_KEY, raw_key(next))
                .nest(WGPEER_A_ALLOWEDIPS,
                      [](Messages& ips) { ips.allowed_ip(AF_INET, "10.0.0.1", 32); });
          });
        }
      });
    });
    REQUIRE(answer.take(datagram.datagram()) == NetlinkAnswer::State::kOpen);
  }
  const auto end = Messages().ended(NLMSG_DONE, kSequence, 0);
  CHECK(answer.take(end.datagram()) == NetlinkAnswer::State::kDone);
  const auto peers = dump.finish().peers;
  REQUIRE(peers.size() == 2000);
  CHECK(peers[1999].public_key == to_base64(raw_key(1999)));
}

TEST_CASE("an interface without key or peers is one all the same") {
  DeviceDump dump;
  const auto message = Messages().device(kSequence, [](Messages& device) {
    device.text(WGDEVICE_A_IFNAME, "wg1").key(WGDEVICE_A_PUBLIC_KEY, kNoKey);
  });
  REQUIRE(dump.take(message.first()));
  const auto interface = dump.finish();
  CHECK(interface.name == "wg1");
  CHECK(interface.public_key.empty());
  CHECK(interface.peers.empty());
}

TEST_CASE("what is too short, too long or of another kind is refused") {
  const auto refused = [](const Messages::Fill& fill) {
    DeviceDump dump;
    return !dump.take(Messages().device(kSequence, fill).first());
  };
  const auto refused_of_peer = [&](const Messages::Fill& fill) {
    return refused([&](Messages& device) {
      device.nest(WGDEVICE_A_PEERS, [&](Messages& peers) {
        peers.nest(0, [&](Messages& peer) { fill(peer.key(WGPEER_A_PUBLIC_KEY, raw_key(1))); });
      });
    });
  };
  CHECK_FALSE(refused_of_peer([](Messages&) {}));
  CHECK(refused([](Messages& m) { m.bytes(WGDEVICE_A_IFNAME, "wg0", 3); }));
  CHECK(refused([](Messages& m) { m.number(WGDEVICE_A_LISTEN_PORT, uint32_t{1}); }));
  CHECK(refused([](Messages& m) { m.bytes(WGDEVICE_A_PUBLIC_KEY, "short", 5); }));
  CHECK(refused_of_peer([](Messages& m) { m.number(WGPEER_A_RX_BYTES, uint32_t{1}); }));
  CHECK(refused_of_peer([](Messages& m) { m.bytes(WGPEER_A_PRESHARED_KEY, "k", 1); }));
  CHECK(refused_of_peer([](Messages& m) { m.bytes(WGPEER_A_ENDPOINT, "\x02\0", 2); }));
  CHECK(refused_of_peer([](Messages& m) { m.key(WGPEER_A_ENDPOINT, std::string(300, '\2')); }));
  CHECK(refused_of_peer([](Messages& m) { m.number(WGPEER_A_LAST_HANDSHAKE_TIME, 1); }));
  const auto refused_ip = [&](int family, const char* ip, uint8_t bits) {
    return refused_of_peer([&](Messages& m) {
      m.nest(WGPEER_A_ALLOWEDIPS, [&](Messages& ips) { ips.allowed_ip(family, ip, bits); });
    });
  };
  CHECK_FALSE(refused_ip(AF_INET, "10.0.0.1", 32));
  CHECK(refused_ip(AF_INET, "10.0.0.1", 33));
  CHECK_FALSE(refused_ip(AF_INET6, "fd00::", 128));
  CHECK(refused_ip(AF_INET6, "fd00::", 129));
  CHECK(refused([](Messages& m) {  // a peer without a key
    m.nest(WGDEVICE_A_PEERS, [](Messages& peers) { peers.nest(0, [](Messages&) {}); });
  }));
}

TEST_CASE("an answer cut short anywhere is no more than what came of it, and never read past") {
  const std::vector<char> whole = whole_device().ended(NLMSG_DONE, kSequence, 0).datagram();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    DeviceDump dump;
    NetlinkAnswer answer(kSequence, [&](const nlmsghdr* message) { return dump.take(message); });
    CHECK(answer.take(cut) != NetlinkAnswer::State::kDone);
  }
}

TEST_CASE("how an answer ends: done, refused, of two moments, or as none") {
  using State = NetlinkAnswer::State;
  const auto nothing = [](const nlmsghdr*) { return true; };
  const auto state = [&](const Messages& messages) {
    return NetlinkAnswer(kSequence, nothing).take(messages.datagram());
  };
  CHECK(state(Messages().ended(NLMSG_DONE, kSequence, 0)) == State::kDone);
  CHECK(state(Messages().ended(NLMSG_ERROR, kSequence, 0)) == State::kDone);
  NetlinkAnswer refused(kSequence, nothing);
  CHECK(refused.take(Messages().ended(NLMSG_DONE, kSequence, -EPERM).datagram()) == State::kFailed);
  CHECK(refused.error() == EPERM);
  NetlinkAnswer strange(kSequence, nothing);
  CHECK(strange.take(Messages().ended(NLMSG_ERROR, kSequence, 5).datagram()) == State::kFailed);
  CHECK(strange.error() == EBADMSG);
  // Another request's answer is passed over.
  CHECK(state(Messages().ended(NLMSG_DONE, kSequence - 1, -EPERM)) == State::kOpen);
  const auto interrupted = Messages()
                               .message(
                                   Messages::kFamily, kSequence, [](Messages&) {}, NLM_F_DUMP_INTR)
                               .ended(NLMSG_DONE, kSequence, 0);
  CHECK(state(interrupted) == State::kInterrupted);
}

}  // namespace picket::node
