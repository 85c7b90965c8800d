// WireGuard, from a real pair of tunnel ends through the real programs to what a client is told. On
// a host of its own (tests/support/throwaway_host).
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "common/base64.h"
#include "tests/support/catch.h"
#include "tests/support/memory_search.h"
#include "tests/support/wireguard_pair.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kPoll = 2s;
constexpr auto kWithin = kPoll + 1s;  // and the machine's own slowness

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string toml(const WireguardPair& pair) {
  return "[wireguard]\npoll = \"2s\"\n[wireguard.names]\n\"" + pair.laptop_key() +
         "\" = \"Alice's laptop\"\n";
}

/// A hub, and a node that sees both ends of the tunnel.
struct Watched {
  Watched() {
    REQUIRE(site.init().status == 0);
    site.start_hub();
    REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
    site.start_node("web1", toml(pair));
    wait_until("WireGuard is seen", [&] { return peers().size() == 2; });
  }

  Json wireguard() const {
    const Json shown = site.ask({"show", "web1"});
    return shown.value("wireguard", Json::object());
  }
  Json peers() const { return wireguard().value("peers", Json::array()); }
  Json peer(const std::string& key) const {
    for (const Json& row : peers())
      if (row.at("key") == key) return row;
    return {};
  }
  std::string laptop() const { return "wg-server/" + pair.laptop_key(); }
  /// Whether `watch` wrote an event of this kind about this peer.
  bool told(const std::string& kind, const std::string& key) const {
    std::istringstream lines(read(site / "watch"));
    for (std::string line; std::getline(lines, line);) {
      const Json object = Json::parse(line, nullptr, false);
      if (!object.is_object() || !object.contains("update")) continue;
      const Json event = object["update"].value("event", Json::object());
      if (event.value("kind", "") == kind && event["wireguard"]["peer"]["public_key"] == key)
        return true;
    }
    return false;
  }
  void await(const std::string& kind, const std::string& key) const {
    const auto began = std::chrono::steady_clock::now();
    wait_until(kind, [&] { return told(kind, key); }, kWithin);
    const auto took = std::chrono::steady_clock::now() - began;
    WARN(kind << " after " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
              << " ms");
  }
  void move_and_talk() const {
    pair.move_laptop("192.0.2.77/24");
    pair.talk();
  }
  pid_t watcher() {
    const std::string parent = std::to_string(site.node("web1").pid());
    std::ifstream children("/proc/" + parent + "/task/" + parent + "/children");
    pid_t pid = 0;
    children >> pid;
    return pid;
  }

  WireguardPair pair;
  Site site;
};

std::string text_of(const Json& row, const std::string& key, const std::string& none) {
  return row.contains(key) ? row[key].get<std::string>() : none;
}

std::string joined(const Json& texts) {
  std::string text;
  for (const Json& each : texts) text += (text.empty() ? "" : ",") + each.get<std::string>();
  return text.empty() ? "(none)" : text;
}

std::string endpoint_of(const Json& peer) {
  if (!peer.contains("endpoint_address")) return "(none)";
  return peer["endpoint_address"].get<std::string>() + ":" +
         std::to_string(peer.value("endpoint_port", 0));
}

/// As wg(8) would print it, but for what is secret.
std::vector<std::string> dumped(const Json& peer) {
  const int keepalive = peer.value("keepalive_s", 0);
  return {peer.at("interface"),
          peer.at("public_key"),
          peer.at("preshared_key").get<bool>() ? "set" : "(none)",
          endpoint_of(peer),
          joined(peer.at("allowed_ips")),
          text_of(peer, "latest_handshake", "never"),
          std::to_string(peer.at("received_bytes").get<uint64_t>()),
          std::to_string(peer.at("sent_bytes").get<uint64_t>()),
          keepalive == 0 ? "off" : std::to_string(keepalive)};
}

std::string utc(const std::string& seconds) {
  if (seconds == "0") return "never";
  std::array<char, 32> text{};
  const std::time_t time = std::stol(seconds);
  std::strftime(text.data(), text.size(), "%FT%T", std::gmtime(&time));
  return text.data();
}

std::string hex_of(const std::string& bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += "0123456789abcdef"[static_cast<uint8_t>(byte) >> 4U];
    hex += "0123456789abcdef"[static_cast<uint8_t>(byte) & 0xfU];
  }
  return hex;
}

std::string base64_decoded(const std::string& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    bits = (bits << 6U) | static_cast<uint32_t>(alphabet.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count));
  }
  return bytes;
}

}  // namespace

TEST_CASE("what peers do is on watch within the poll interval", "[.][wireguard-told]") {
  Watched watched;
  const auto& pair = watched.pair;
  const Child watch = watched.site.start_picket({"watch", "--json", "--kind", "wg.*"}, "watch");
  wait_until("watch watches",
             [&] { return watched.site.ask({"status"}).at("subscriptions") == 1; });
  CHECK(watched.peer(watched.laptop()).at("name") == "Alice's laptop");
  CHECK_FALSE(watched.peer(watched.laptop()).at("active").get<bool>());

  const std::string added = WireguardPair::new_key();
  pair.set({"wg-server", "peer", added, "allowed-ips", "10.9.0.3/32"});
  watched.await("wg.peer_added", added);
  pair.talk();
  watched.await("wg.peer_active", pair.laptop_key());
  watched.move_and_talk();
  watched.await("wg.peer_endpoint_moved", pair.laptop_key());
  CHECK(watched.peer(watched.laptop()).at("endpoint_address") == "192.0.2.77");
  pair.set({"wg-server", "peer", added, "allowed-ips", "10.9.0.3/32,10.10.0.0/16"});
  watched.await("wg.peer_allowed_ips_changed", added);
  pair.set({"wg-server", "peer", added, "remove"});
  watched.await("wg.peer_removed", added);
}

TEST_CASE("SM9: every field of a peer is what wg(8) says of it", "[.][wireguard-same]") {
  Watched watched;
  watched.pair.talk();
  watched.pair.set({"wg-server", "peer", WireguardPair::new_key(), "allowed-ips", ""});
  wait_until("all are seen", [&] { return watched.peers().size() == 3; });
  const auto same = [&] {
    const Json shown = watched.wireguard();
    std::vector<std::vector<std::string>> ours;
    for (const Json& peer : shown.at("peers")) ours.push_back(dumped(peer));
    std::vector<std::vector<std::string>> theirs;
    for (auto row : watched.pair.dump()) {
      if (row.size() == 5) {
        const auto interface =
            std::find_if(shown.at("interfaces").begin(), shown.at("interfaces").end(),
                         [&](const Json& each) { return each.at("name") == row[0]; });
        if (interface == shown.at("interfaces").end()) return false;
        CHECK(interface->at("public_key") == row[2]);
        CHECK(std::to_string(interface->value("listen_port", 0)) == row[3]);
        CHECK((row[4] == "off" ? 0 : std::stol(row[4], nullptr, 16)) ==
              interface->value("fwmark", 0));
        CHECK(interface->at("userspace").get<bool>());
        continue;
      }
      if (row[2] != "(none)") row[2] = "set";
      row[5] = utc(row[5]);
      theirs.push_back(row);
    }
    for (auto& row : ours) row[5] = row[5] == "never" ? row[5] : row[5].substr(0, 19);
    std::sort(ours.begin(), ours.end());
    std::sort(theirs.begin(), theirs.end());
    UNSCOPED_INFO(Json(ours).dump(1) << Json(theirs).dump(1));
    return ours == theirs;
  };
  // A keep-alive between the two answers makes their counters differ; the next two agree.
  wait_until("both say the same", same, 10s);
}

TEST_CASE("no key that is secret is in what is sent, logged, or left in memory",
          "[.][wireguard-canary]") {
  Watched watched;
  watched.pair.talk();
  wait_until(
      "the handshake is seen",
      [&] { return watched.peer(watched.laptop()).at("active").get<bool>(); }, 10s);
  std::filesystem::create_directories("/etc/wireguard");
  write("/etc/wireguard/wg-server.conf",
        "[Interface]\nPrivateKey = " + watched.pair.secrets()[0] +
            "\n\n# from the file\n[Peer]\nPublicKey = " + watched.pair.server_key() +
            "\nPresharedKey = " + watched.pair.secrets()[2] + "\n");
  const std::string server = "wg-laptop/" + watched.pair.server_key();
  wait_until(
      "the file is read", [&] { return watched.peer(server).value("name", "") == "from the file"; },
      10s);
  const pid_t agent = watched.site.node("web1").pid();
  const pid_t watcher = watched.watcher();
  REQUIRE(watcher > 0);
  // What is public is found, so what is not found isn't there.
  CHECK(memory_holds(agent, watched.pair.server_key()));
  CHECK(memory_holds(watcher, watched.pair.server_key()));
  const std::string outputs = watched.site.node_log("web1") + watched.site.hub_log() +
                              watched.site.picket({"show", "web1", "--json"}).output;
  for (const std::string& secret : watched.pair.secrets()) {
    const std::string raw = base64_decoded(secret);
    REQUIRE(to_base64(raw) == secret);
    for (const std::string& form : {secret, raw, hex_of(raw)}) {
      CHECK_FALSE(contains(outputs, form));
      CHECK_FALSE(memory_holds(agent, form));
      CHECK_FALSE(memory_holds(watcher, form));
    }
  }
}

TEST_CASE("the watcher has one power only, ends with its agent, and its end is told",
          "[.][wireguard-watcher]") {
  Watched watched;
  const pid_t watcher = watched.watcher();
  REQUIRE(watcher > 0);
  const std::string status = read("/proc/" + std::to_string(watcher) + "/status");
  for (const char* line : {"CapPrm:\t0000000000001000", "CapEff:\t0000000000001000",
                           "CapBnd:\t0000000000001000", "NoNewPrivs:\t1"}) {
    INFO(line);
    CHECK(contains(status, line));
  }
  CHECK(contains(read("/proc/" + std::to_string(watcher) + "/limits"),
                 "Max core file size        0                    0"));
  REQUIRE(kill(watcher, SIGKILL) == 0);
  wait_until("its end is told", [&] {
    return contains(watched.site.picket({"show", "web1"}).output,
                    "the process that watches WireGuard has ended");
  });
  CHECK(contains(watched.site.picket({"show", "web1"}).output, "restart picket-node"));
  watched.site.start_node("web1", toml(watched.pair));
  watched.site.await_state("web1", "connected");
  wait_until("it is seen again", [&] { return watched.peers().size() == 2; });
  const pid_t next = watched.watcher();
  REQUIRE(next > 0);
  watched.site.kill_node("web1");
  wait_until("the watcher has ended", [&] { return kill(next, 0) != 0; });
}

TEST_CASE("2,000 peers on one interface are all seen, and one that comes is told",
          "[.][wireguard-many]") {
  Watched watched;
  std::string configuration;
  for (int i = 0; i < 2000; ++i) {
    std::string key(32, '\x11');
    key[0] = static_cast<char>(i % 256);
    key[1] = static_cast<char>(i / 256);
    configuration += "[Peer]\nPublicKey = " + to_base64(key) + "\nAllowedIPs = 10.20." +
                     std::to_string(i / 256) + "." + std::to_string(i % 256) + "/32\n";
  }
  write("/run/many", configuration);
  REQUIRE(run({"wg", "addconf", "wg-server", "/run/many"}).status == 0);
  wait_until("all are seen", [&] { return watched.peers().size() == 2002; }, 10s);
  const Child watch = watched.site.start_picket({"watch", "--json", "--kind", "wg.*"}, "watch");
  wait_until("watch watches",
             [&] { return watched.site.ask({"status"}).at("subscriptions") == 1; });
  const std::string added = WireguardPair::new_key();
  watched.pair.set({"wg-server", "peer", added, "allowed-ips", "10.9.0.3/32"});
  watched.await("wg.peer_added", added);
}

TEST_CASE("an agent without privileges sees by the service's socket, and says when it can't",
          "[.][wireguard-service]") {
  const WireguardPair pair;
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
  // An ordinary user's agent: what it has of its own is copied to where that user may be.
  REQUIRE(run({"cp", "-a", site / "web1", "/run/state"}).status == 0);
  REQUIRE(run({"chown", "-R", "nobody:nogroup", "/run/state"}).status == 0);
  write("/run/node.toml", "state_folder = \"/run/state\"\n" + toml(pair));
  std::optional<Child> agent(std::in_place,
                             Words{"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                                   program("picket-node"), "--config", "/run/node.toml"},
                             site / "agent.log");
  const auto shown = [&] { return site.picket({"show", "web1"}).output; };
  wait_until("it can't see", [&] { return contains(shown(), "no permission"); });
  CHECK(contains(shown(), "systemctl enable --now picket-node-wireguard.socket"));

  const Child service(
      {"/usr/bin/python3", PICKET_SOURCE "/tests/support/socket_unit.py",
       "/run/picket-node/wireguard.sock", "nogroup", program("picket-node"), "watch-wireguard"},
      site / "service.log");
  wait_until("it sees", [&] { return contains(shown(), "Alice's laptop"); }, 40s);
  // The file lets everybody in; the watcher asks the kernel who they are.
  const Words from_daemon = {"setpriv",
                             "--reuid=daemon",
                             "--regid=daemon",
                             "--clear-groups",
                             "socat",
                             "-u",
                             "UNIX:/run/picket-node/wireguard.sock",
                             "-"};
  Child stranger(from_daemon, site / "stranger");
  agent.reset();  // one is served at a time
  CHECK(stranger.wait_for(10s).has_value());
  CHECK(contains(read(site / "service.log"), "refused who is neither root nor of the socket's"));
  const std::string status = read("/proc/" + std::to_string(service.pid()) + "/status");
  CHECK(contains(status, "CapEff:\t0000000000001000"));
  CHECK(contains(status, "NoNewPrivs:\t1"));
}

TEST_CASE("root's agent becomes the user whose state folder it is, and still sees",
          "[.][wireguard-dropped]") {
  const WireguardPair pair;
  REQUIRE(run({"useradd", "--system", "--user-group", "picket-node"}).status == 0);
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
  REQUIRE(run({"cp", "-a", site / "web1", "/run/state"}).status == 0);
  REQUIRE(run({"chown", "-R", "picket-node:picket-node", "/run/state"}).status == 0);
  write("/run/node.toml", "state_folder = \"/run/state\"\n" + toml(pair));
  const Child agent({program("picket-node"), "--config", "/run/node.toml"}, site / "agent.log");
  wait_until("it sees",
             [&] { return contains(site.picket({"show", "web1"}).output, "Alice's laptop"); });
  const std::string status = read("/proc/" + std::to_string(agent.pid()) + "/status");
  CHECK(contains(status, "CapEff:\t0000000000000000"));
  CHECK_FALSE(contains(status, "Uid:\t0"));
  CHECK_FALSE(contains(status, "Gid:\t0"));
}

}  // namespace picket::test
