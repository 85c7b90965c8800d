// What the hub makes of a node's WireGuard: SM9 without its limits.
#include <algorithm>
#include <cstdint>

#include "common/limits.h"
#include "hub/core/behind_address.h"
#include "hub/core/state.h"
#include "hub/core/stored_node.h"
#include "tests/support/catch.h"
#include "tests/support/virtual_clock.h"

namespace picket::hub {
namespace {

using Kinds = std::vector<std::string>;

Kinds kinds(const Updates& updates) {
  Kinds result;
  for (const auto& update : updates) result.push_back(kind_of(update));
  return result;
}

v1::WireguardPeer peer(const std::string& name, const std::string& ip,
                       const std::string& interface = "wg0") {
  v1::WireguardPeer peer;
  peer.set_key(interface + "/" + name + "=");
  peer.set_interface(interface);
  peer.set_public_key(name + "=");
  peer.set_name(name);
  peer.set_endpoint_address("203.0.113.7");
  peer.set_endpoint_port(51820);
  peer.add_allowed_ips(ip);
  return peer;
}

struct Fixture {
  Fixture() {
    state.connected({.node = "web1",
                     .address = "192.0.2.1:50000",
                     .certificate_expires = {},
                     .facts = {},
                     .resources = {"sessions", "wireguard"}},
                    false);
  }
  Updates tell(const std::vector<v1::WireguardPeer>& peers) {
    return state.value("web1", value(peers));
  }
  static v1::ResourceValue value(const std::vector<v1::WireguardPeer>& peers) {
    v1::ResourceValue value;
    value.set_resource("wireguard");
    value.mutable_health()->mutable_ok();
    value.mutable_wireguard()->add_interfaces()->set_name("wg0");
    for (const auto& row : peers) *value.mutable_wireguard()->add_peers() = row;
    return value;
  }
  Updates sessions(const std::string& host) {
    v1::ResourceValue value;
    value.set_resource("sessions");
    value.mutable_health()->mutable_ok();
    if (!host.empty()) {
      auto* row = value.mutable_sessions()->add_rows();
      row->set_key("c1");
      row->set_remote_host(host);
    }
    return state.value("web1", value);
  }
  const NodeRecord& node() const { return *state.find("web1"); }

  test::VirtualClock clock;
  State state{clock, 0};
};

}  // namespace

TEST_CASE("SM9: the first value says which peers there are, and tells of none that came") {
  Fixture f;
  CHECK(kinds(f.tell({peer("laptop", "10.8.0.3/32")})) ==
        Kinds{"wireguard.changed", "wireguard.changed"});
}

TEST_CASE("SM9: peers that come, go, wake, sleep, move and get other networks are told once each") {
  Fixture f;
  f.tell({});
  auto laptop = peer("laptop", "10.8.0.3/32");
  CHECK(kinds(f.tell({laptop})) == Kinds{"wireguard.changed", "wg.peer_added"});
  CHECK(f.tell({laptop}).empty());
  laptop.set_active(true);
  CHECK(kinds(f.tell({laptop})) == Kinds{"wireguard.changed", "wg.peer_active"});
  laptop.set_endpoint_address("198.51.100.9");
  const auto moved = f.tell({laptop});
  CHECK(kinds(moved) == Kinds{"wireguard.changed", "wg.peer_endpoint_moved"});
  CHECK(moved[1].event().wireguard().endpoint_address_before() == "203.0.113.7");
  CHECK(moved[1].event().wireguard().peer().endpoint_address() == "198.51.100.9");
  laptop.add_allowed_ips("10.9.0.0/24");
  const auto wider = f.tell({laptop});
  CHECK(kinds(wider) == Kinds{"wireguard.changed", "wg.peer_allowed_ips_changed"});
  CHECK(wider[1].event().wireguard().allowed_ips_before_size() == 1);
  laptop.set_active(false);
  CHECK(kinds(f.tell({laptop})) == Kinds{"wireguard.changed", "wg.peer_idle"});
  const auto gone = f.tell({});
  CHECK(kinds(gone) == Kinds{"wireguard.changed", "wg.peer_removed"});
  CHECK(gone[1].event().wireguard().peer().name() == "laptop");
}

TEST_CASE("another port, a first endpoint or none is a change, but no news") {
  Fixture f;
  auto laptop = peer("laptop", "10.8.0.3/32");
  f.tell({laptop});
  laptop.set_endpoint_port(4711);
  CHECK(kinds(f.tell({laptop})) == Kinds{"wireguard.changed"});
  laptop.clear_endpoint_address();
  CHECK(kinds(f.tell({laptop})) == Kinds{"wireguard.changed"});
  laptop.set_endpoint_address("198.51.100.9");
  CHECK(kinds(f.tell({laptop})) == Kinds{"wireguard.changed"});
}

TEST_CASE(
    "SM9: handshakes and counters are never an update, and one key may be on two interfaces") {
  Fixture f;
  auto on_wg0 = peer("laptop", "10.8.0.3/32", "wg0");
  auto on_wg1 = peer("laptop", "10.7.0.3/32", "wg1");
  f.tell({on_wg0, on_wg1});
  on_wg0.set_latest_handshake_unix_ns(1'777'863'721'000'000'000);
  on_wg1.set_received_bytes(12);
  on_wg1.set_sent_bytes(13);
  CHECK(f.tell({on_wg0, on_wg1}).empty());
  f.state.refreshed("web1", Fixture::value({on_wg0, on_wg1}));
  const auto& stored = f.node().resources.at("wireguard");
  CHECK(stored.peer_counts.at("wg1/laptop=").received_bytes == 12);
  CHECK(stored.wireguard.peers.at("wg0/laptop=").latest_handshake_unix_ns() == 0);
}

TEST_CASE("who can't see WireGuard removes no peer, what changed meanwhile is told late") {
  Fixture f;
  f.tell({peer("laptop", "10.8.0.3/32"), peer("phone", "10.8.0.4/32")});
  v1::ResourceValue blind;
  blind.set_resource("wireguard");
  blind.mutable_health()->mutable_failed()->set_reason("no watcher");
  CHECK(kinds(f.state.value("web1", blind)) == Kinds{"wireguard.changed", "collector.failed"});
  const auto back = f.tell({peer("laptop", "10.8.0.3/32")});
  REQUIRE(kinds(back) == Kinds{"wireguard.changed", "wg.peer_removed", "wireguard.changed",
                               "collector.recovered"});
  CHECK(back[1].event().observed_late());
}

TEST_CASE("2,000 peers of one value and one change travel in pieces that fit a frame") {
  Fixture f;
  f.tell({});
  std::vector<v1::WireguardPeer> peers;
  for (int i = 0; i < 2000; ++i) {
    peers.push_back(peer("peer" + std::to_string(i), "10.8.0.3/32"));
    for (int ip = 0; ip < 7; ++ip)
      peers.back().add_allowed_ips("10.9." + std::to_string(ip) + ".0/24");
  }
  const auto updates = f.tell(peers);
  const auto added = std::count_if(updates.begin(), updates.end(), [](const v1::Update& update) {
    return kind_of(update) == "wg.peer_added";
  });
  CHECK(added == 2000);
  for (const auto& update : updates) CHECK(update.ByteSizeLong() < limits::kFrameBytesMax);
}

TEST_CASE("an address in a peer's networks is told with that peer and where it really is") {
  Fixture f;
  f.tell({peer("office", "10.8.0.0/16"), peer("laptop", "10.8.0.3/32"), peer("exit", "0.0.0.0/0"),
          peer("half", "128.0.0.0/1"), peer("world", "2000::/3"), peer("six", "fd00:8::/64")});
  const auto name_behind = [&f](const char* address) {
    const auto behind = behind_address(f.node(), address);
    return behind ? behind->name() : std::string();
  };
  CHECK(name_behind("10.8.0.3") == "laptop");  // the longest prefix, as the kernel chooses
  CHECK(name_behind("::ffff:10.8.0.3") == "laptop");
  CHECK(name_behind("10.8.7.7") == "office");
  CHECK(name_behind("fd00:8::17") == "six");
  CHECK(name_behind("198.51.100.1").empty());  // behind a default route is all the world
  CHECK(name_behind("203.0.113.1").empty());
  CHECK(name_behind("2001:db8::1").empty());
  CHECK(name_behind("").empty());
  CHECK(name_behind("laptop.example.org").empty());

  f.sessions("");
  const auto opened = f.sessions("10.8.0.3");
  REQUIRE(kinds(opened) == Kinds{"sessions.changed", "session.opened"});
  CHECK(opened[0].change().sessions().added(0).behind().name() == "laptop");
  CHECK(opened[1].event().session().session().behind().endpoint_address() == "203.0.113.7");
  const auto closed = f.sessions("");
  CHECK(closed.back().event().session().session().behind().name() == "laptop");

  v1::Event login;
  login.set_kind("ssh.accepted");
  login.mutable_auth()->set_source_address("10.8.7.7");
  login.mutable_auth()->mutable_behind()->set_name("what a hostile node claims");
  CHECK(f.state.logged("web1", {}, login)[0].event().auth().behind().name() == "office");
  login.mutable_auth()->set_source_address("192.0.2.1");
  CHECK_FALSE(f.state.logged("web1", {}, login)[0].event().auth().has_behind());
}

TEST_CASE("many sessions behind a peer with a long name travel in frames that fit (T1)") {
  Fixture f;
  auto office = peer("office", "10.0.0.0/8");
  office.set_name(std::string(1000, 'x'));
  f.tell({office});
  v1::ResourceValue value;
  value.set_resource("sessions");
  value.mutable_health()->mutable_ok();
  for (int i = 0; i < 1000; ++i) {
    auto* row = value.mutable_sessions()->add_rows();
    row->set_key("c" + std::to_string(i));
    row->set_remote_host("10.0.0.1");
  }
  const auto updates = f.state.value("web1", value);
  CHECK(updates.size() > 5);
  for (const auto& update : updates) CHECK(update.ByteSizeLong() < limits::kFrameBytesMax);
}

TEST_CASE("nobody is named by a tunnel that can't be seen any more, or not whole") {
  Fixture f;
  auto laptop = peer("laptop", "10.8.0.3/32");
  f.tell({laptop});
  REQUIRE(behind_address(f.node(), "10.8.0.3"));
  v1::ResourceValue blind;
  blind.set_resource("wireguard");
  blind.mutable_health()->mutable_failed()->set_reason("no watcher");
  f.state.value("web1", blind);
  CHECK_FALSE(behind_address(f.node(), "10.8.0.3"));
  laptop.set_allowed_ips_left_out(1);
  f.tell({laptop});
  CHECK_FALSE(behind_address(f.node(), "10.8.0.3"));
}

TEST_CASE("a network of IPv6 addresses holds none of IPv4, however short") {
  Fixture f;
  f.tell({peer("six", "::/16")});
  CHECK_FALSE(behind_address(f.node(), "203.0.113.7"));
  CHECK(behind_address(f.node(), "::1"));
}

TEST_CASE("the same network on two interfaces says of nobody that he is behind it") {
  Fixture f;
  f.tell({peer("laptop", "10.8.0.3/32", "wg0"), peer("phone", "10.8.0.3/32", "wg1")});
  CHECK_FALSE(behind_address(f.node(), "10.8.0.3"));
}

TEST_CASE("what is stored of a node's WireGuard is the same after a restart") {
  Fixture f;
  f.tell({peer("laptop", "10.8.0.3/32")});
  auto record = decode_node(encode_node(f.node()));
  REQUIRE(record);
  State later(f.clock, f.state.last_seq());
  later.restore("web1", *std::move(record), f.clock.wall());
  later.connected({.node = "web1",
                   .address = {},
                   .certificate_expires = {},
                   .facts = {},
                   .resources = {"wireguard"}},
                  true);
  CHECK(behind_address(*later.find("web1"), "10.8.0.3")->name() == "laptop");
  const auto updates = later.value("web1", Fixture::value({}));
  REQUIRE(kinds(updates) == Kinds{"wireguard.changed", "wg.peer_removed", "wireguard.changed"});
  CHECK(updates[1].event().observed_late());
}

}  // namespace picket::hub
