#include "node/collectors/wireguard.h"

#include <sys/socket.h>
#include <unistd.h>

#include <asio/io_context.hpp>

#include "common/frame.h"
#include "common/system_clock.h"
#include "common/value_parts.h"
#include "node/processes/side_process.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"
#include "tests/support/side_peer.h"

namespace picket::node {
namespace {

constexpr char kKey[] = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

class NoNames final : public NameLookup {
 public:
  void lookup(uint32_t /*uid*/, Done /*done*/) override {}
  void lookup_uid(const std::string& /*name*/, UidDone /*done*/) override {}
};

v1::ResourceValue value_of(int peers) {
  v1::ResourceValue value;
  value.set_resource("wireguard");
  value.set_at_unix_ns(1);
  value.mutable_health()->mutable_ok()->add_sources("kernel");
  value.mutable_wireguard()->add_interfaces()->set_name("wg0");
  for (int i = 0; i < peers; ++i) {
    auto* peer = value.mutable_wireguard()->add_peers();
    peer->set_public_key(i == 0 ? kKey : "key" + std::to_string(i));
    peer->set_key("wg0/" + peer->public_key());
    peer->set_name("comment");
    peer->add_allowed_ips("10.8.0.0/24");
  }
  return value;
}

class FakeWatcher : public test::SidePeer<v1::AgentToWireguardWatcher> {
 public:
  using SidePeer::SidePeer;

  void tell(const v1::ResourceValue& value) const {
    for (auto& part : split_value(value)) {
      v1::WireguardWatcherToAgent message;
      *message.mutable_value() = part;
      send(encode_frame(message));
    }
  }
  void answer(uint64_t id, const v1::ResourceValue& value) const {
    for (auto& part : split_value(value)) {
      v1::WireguardWatcherToAgent message;
      message.mutable_refreshed()->set_id(id);
      *message.mutable_refreshed()->mutable_value() = part;
      send(encode_frame(message));
    }
  }
};

// The collector on a made-up host, beside a watcher that listens if the test lets it.
class Watch {
 public:
  WireguardSettings settings() {
    WireguardSettings settings;
    settings.poll = std::chrono::seconds(7);
    settings.names = {{kKey, "from node.toml"}};
    settings.watcher_socket = folder / "watcher.sock";
    return settings;
  }
  void start() {
    collector = std::make_unique<WireguardCollector>(CollectorContext{.loop = loop,
                                                                      .clock = clock,
                                                                      .names = names,
                                                                      .log_feeds = log_feeds,
                                                                      .executions = executions,
                                                                      .root = host.root(),
                                                                      .wireguard = settings()});
    collector->start([this](v1::ResourceValue value) { values.push_back(std::move(value)); });
  }
  FakeWatcher accept() {
    loop.poll();
    FakeWatcher watcher(UniqueFd(::accept(listener.get(), nullptr, nullptr)));
    CHECK(watcher.next().watch().poll_ms() == 7000);
    return watcher;
  }
  void stop_listening() {
    listener.reset();
    REQUIRE(::unlink((folder / "watcher.sock").c_str()) == 0);
  }
  void listen() { listener = test::listen_at(folder / "watcher.sock"); }
  const v1::ResourceValue& value(std::size_t count) {
    while (values.size() < count) REQUIRE(loop.run_one_for(Seconds(10)) == 1);
    REQUIRE(values.size() == count);
    return values.back();
  }

  test::TemporaryFolder folder;
  test::CapturedHost host;
  UniqueFd listener;
  asio::io_context loop;
  const SystemClock clock;
  NoNames names;
  LogFeeds log_feeds;
  ExecutionFeeds executions;
  std::vector<v1::ResourceValue> values;
  std::unique_ptr<WireguardCollector> collector;
};

}  // namespace

TEST_CASE("the watcher's value goes on with the names of node.toml, once") {
  Watch watch;
  watch.listen();
  watch.start();
  const FakeWatcher watcher = watch.accept();
  watcher.tell(value_of(2));
  const auto& peers = watch.value(1).wireguard().peers();
  CHECK(peers[0].name() == "from node.toml");
  CHECK(peers[1].name() == "comment");
  watcher.tell(value_of(2));  // as a watcher does that the agent has found again
  watcher.tell(value_of(1));
  CHECK(watch.value(2).wireguard().peers_size() == 1);
}

TEST_CASE("2,000 peers come in parts and are one value") {
  Watch watch;
  watch.listen();
  watch.start();
  const FakeWatcher watcher = watch.accept();
  REQUIRE(split_value(value_of(2000)).size() > 1);
  watcher.tell(value_of(2000));
  CHECK(watch.value(1).wireguard().peers_size() == 2000);
}

TEST_CASE("a refresh is answered with what the watcher counts now") {
  Watch watch;
  watch.listen();
  watch.start();
  FakeWatcher watcher = watch.accept();
  watcher.tell(value_of(1));
  (void)watch.value(1);
  std::vector<v1::ResourceValue> answers;
  watch.collector->refresh([&](v1::ResourceValue value) { answers.push_back(std::move(value)); });
  watch.loop.poll();
  const uint64_t id = watcher.next().refresh().id();
  auto counted = value_of(1);
  counted.mutable_wireguard()->mutable_peers(0)->set_received_bytes(9);
  watcher.answer(id, counted);
  while (answers.empty()) REQUIRE(watch.loop.run_one_for(Seconds(10)) == 1);
  CHECK(answers[0].wireguard().peers(0).received_bytes() == 9);
  CHECK(answers[0].wireguard().peers(0).name() == "from node.toml");
  CHECK(watch.values.size() == 1);
}

TEST_CASE("a watcher that goes leaves no answer open, and is said to be gone") {
  Watch watch;
  watch.host.write_file("/var/run/wireguard/note", "");
  watch.listen();
  const UniqueFd socket =
      test::listen_at(watch.host.root().native() + "/var/run/wireguard/wg0.sock");
  watch.start();
  FakeWatcher watcher = watch.accept();
  watcher.tell(value_of(1));
  (void)watch.value(1);
  bool answered = false;
  watch.collector->refresh([&](v1::ResourceValue value) { answered = value.has_wireguard(); });
  watch.loop.poll();
  (void)watcher.next();
  watch.stop_listening();
  watcher.close();
  const auto& failed = watch.value(2).health().failed();
  CHECK(failed.reason().find("no permission without the process") == 0);
  CHECK(failed.remedy().find("systemctl enable --now picket-node-wireguard.socket") == 0);
  CHECK(answered);
}

TEST_CASE("without a watcher: none if there is none, else no permission") {
  SECTION("no interface at all") {
    Watch watch;
    watch.start();
    const auto& value = watch.value(1);
    CHECK(value.health().has_ok());
    CHECK(value.has_wireguard());
    CHECK(value.wireguard().interfaces().empty());
  }
  SECTION("a program has one") {
    Watch watch;
    watch.host.write_file("/var/run/wireguard/note", "");
    const UniqueFd socket =
        test::listen_at(watch.host.root().native() + "/var/run/wireguard/wg0.sock");
    watch.start();
    const auto value = watch.value(1);
    CHECK(value.health().failed().reason().find("no permission") == 0);
    CHECK_FALSE(value.has_wireguard());
    bool answered = false;
    watch.collector->refresh([&](v1::ResourceValue again) {
      answered = again.health().failed().reason() == value.health().failed().reason();
    });
    watch.loop.poll();
    CHECK(answered);
  }
}

TEST_CASE("a watcher that was only restarted is found again, and nothing is said of it") {
  Watch watch;
  watch.listen();
  watch.start();
  FakeWatcher first = watch.accept();
  first.tell(value_of(1));
  (void)watch.value(1);
  first.close();
  // Both within the limit, one after the other: its end is seen, then it is looked for.
  for (int i = 0; i < 2; ++i) REQUIRE(watch.loop.run_one_for(Seconds(10)) == 1);
  const FakeWatcher second = watch.accept();
  second.tell(value_of(2));
  CHECK(watch.value(2).wireguard().peers_size() == 2);
}

TEST_CASE("a watcher that lets nobody in is not asked again and again") {
  Watch watch;
  watch.host.write_file("/var/run/wireguard/note", "");
  const UniqueFd socket =
      test::listen_at(watch.host.root().native() + "/var/run/wireguard/wg0.sock");
  watch.listen();
  watch.start();
  FakeWatcher watcher = watch.accept();
  watcher.close();
  CHECK(watch.value(1).health().failed().reason().find("has closed") != std::string::npos);
}

TEST_CASE("what is no message of a watcher's ends the link to it") {
  for (const std::string& bytes :
       {std::string("\0\0\0\x02\xff\xff", 6), std::string("\xff\xff\xff\xff", 4)}) {
    Watch watch;
    watch.listen();
    watch.start();
    const FakeWatcher watcher = watch.accept();
    watcher.tell(value_of(1));
    (void)watch.value(1);
    watch.stop_listening();
    watcher.send(bytes);
    CHECK(watch.value(2).wireguard().interfaces().empty());  // this host has none that it could see
  }
}

TEST_CASE("an agent's own watcher that dies is not started again, and the remedy is said") {
  Watch watch;
  auto started = SideProcess::start("test", [](UniqueFd socket) {
    char byte = 0;
    (void)::recv(socket.get(), &byte, 1, 0);  // the agent's first message
    return 0;
  });
  REQUIRE(started);
  auto settings = watch.settings();
  settings.watcher = &*started;
  WireguardCollector collector({.loop = watch.loop,
                                .clock = watch.clock,
                                .names = watch.names,
                                .log_feeds = watch.log_feeds,
                                .executions = watch.executions,
                                .root = watch.host.root(),
                                .wireguard = settings});
  collector.start([&](v1::ResourceValue value) { watch.values.push_back(std::move(value)); });
  const auto& failed = watch.value(1).health().failed();
  CHECK(failed.reason() == "the process that watches WireGuard has ended");
  CHECK(failed.remedy() == "restart picket-node");
  collector.stop();
}

}  // namespace picket::node
