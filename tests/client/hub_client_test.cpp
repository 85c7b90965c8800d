#include "client/lib/hub_client.h"

#include <chrono>
#include <cstdint>

#include "client/lib/hub_socket.h"
#include "tests/client/fake_hub.h"
#include "tests/client/samples.h"
#include "tests/support/catch.h"

namespace picket::client {
namespace {

using Lines = std::vector<std::string>;

struct Rig {
  Rig() : path(folder / "hub.sock"), hub(io, path), client(io.get_executor(), settings()) {}

  HubClientSettings settings() const {
    HubClientSettings settings;
    settings.socket = path;
    settings.program = "test";
    settings.random = [] { return uint64_t{0}; };
    settings.backoff_min = std::chrono::milliseconds(1);
    settings.backoff_max = std::chrono::milliseconds(2);
    return settings;
  }

  /// Runs the loop until `lines` has so many; false if nothing happens for five seconds.
  bool run_until(std::size_t count) {
    io.restart();  // it stops whenever it has nothing to do
    while (lines.size() < count) {
      if (io.run_one_for(std::chrono::seconds(5)) == 0) return false;
    }
    return true;
  }

  Reply reply(const std::string& name) {
    Reply reply;
    reply.on_item = [this, name](const v1::HubToClient&) { lines.push_back(name + " item"); };
    reply.on_end = [this, name] { lines.push_back(name + " end"); };
    reply.on_failure = [this, name](const Failure& failure) {
      lines.push_back(name + " failed " + std::to_string(static_cast<int>(failure.kind)));
    };
    return reply;
  }

  Subscription subscription() {
    Subscription subscription;
    subscription.order.set_head(true);
    subscription.on_frame = [this](const v1::HubToClient& frame) {
      lines.push_back(frame.has_update() ? "update " + std::to_string(frame.update().seq())
                                         : "frame " + std::to_string(frame.message_case()));
    };
    subscription.on_lost = [this](const Failure&) { lines.emplace_back("lost"); };
    subscription.on_node_missing = [this](const Failure& failure) {
      lines.push_back("missing " + failure.text);
    };
    subscription.on_back = [this](uint64_t seq) { lines.push_back("back " + std::to_string(seq)); };
    subscription.on_failure = [this](const Failure& failure) {
      lines.push_back("ended " + std::to_string(static_cast<int>(failure.kind)));
    };
    return subscription;
  }

  TemporaryFolder folder;
  std::string path;
  asio::io_context io{1};
  FakeHub hub;
  HubClient client;
  Lines lines;
};

v1::ClientToHub status_request() {
  v1::ClientToHub request;
  request.mutable_get_status();
  return request;
}

v1::HubToClient update(uint64_t seq) {
  v1::HubToClient frame;
  *frame.mutable_update() = samples::event("node.connected");
  frame.mutable_update()->set_seq(seq);
  return frame;
}

std::string failed(const std::string& name, Failure::Kind kind) {
  return name + " failed " + std::to_string(static_cast<int>(kind));
}

}  // namespace

TEST_CASE("requests made before the connection stands are sent when it does") {
  Rig rig;
  rig.hub.on_request = [](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    v1::HubToClient item;
    item.set_request_id(request.request_id());
    item.mutable_status();
    connection.send(item);
    connection.end(request);
  };
  rig.client.request(status_request(), rig.reply("a"));
  rig.client.request(status_request(), rig.reply("b"));
  CHECK(rig.lines.empty());
  REQUIRE(rig.run_until(4));
  CHECK(rig.lines == Lines{"a item", "a end", "b item", "b end"});
  rig.client.request(status_request(), rig.reply("c"));
  REQUIRE(rig.run_until(6));
  CHECK(rig.lines.back() == "c end");
}

TEST_CASE("without a hub a request fails, and the next one tries again") {
  Rig rig;
  rig.hub.stop();
  rig.client.request(status_request(), rig.reply("a"));
  CHECK(rig.lines.empty());
  REQUIRE(rig.run_until(1));
  CHECK(rig.lines.back() == failed("a", Failure::Kind::kUnreachable));
  rig.hub.listen();
  rig.hub.on_request = [](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    connection.end(request);
  };
  rig.client.request(status_request(), rig.reply("b"));
  REQUIRE(rig.run_until(2));
  CHECK(rig.lines.back() == "b end");
}

TEST_CASE("a connection that is lost fails the open requests") {
  Rig rig;
  rig.hub.on_request = [](FakeHub::Connection& connection, const v1::ClientToHub&) {
    connection.close();
  };
  rig.client.request(status_request(), rig.reply("a"));
  REQUIRE(rig.run_until(1));
  CHECK(rig.lines.back() == failed("a", Failure::Kind::kUnreachable));
}

TEST_CASE("a subscription continues after its seq when the hub is back") {
  Rig rig;
  std::vector<v1::Subscribe> orders;
  rig.hub.on_request = [&](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    orders.push_back(request.subscribe());
    connection.send(update(orders.size() * 10));
  };
  Subscription subscription = rig.subscription();
  subscription.order.set_snapshot(true);
  rig.client.subscribe(std::move(subscription));
  REQUIRE(rig.run_until(1));
  rig.hub.stop();
  REQUIRE(rig.run_until(2));
  CHECK(rig.lines.back() == "lost");
  for (int i = 0; i < 20; ++i) rig.io.run_one_for(std::chrono::seconds(5));  // attempts in vain
  CHECK(rig.lines.size() == 2);
  rig.hub.listen();
  REQUIRE(rig.run_until(4));
  CHECK(rig.lines == Lines{"update 10", "lost", "back 10", "update 20"});
  REQUIRE(orders.size() == 2);
  CHECK(orders[0].head());
  CHECK(orders[0].snapshot());
  CHECK(orders[1].after_seq() == 10);
  CHECK_FALSE(orders[1].snapshot());
}

TEST_CASE("progress, live and missed move the position as updates do") {
  Rig rig;
  std::vector<uint64_t> positions;
  rig.hub.on_request = [&](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    positions.push_back(request.subscribe().after_seq());
    v1::HubToClient frame;
    if (positions.size() == 1) frame.mutable_live()->set_seq(5);
    if (positions.size() == 2) frame.mutable_progress()->set_seq(6);
    if (positions.size() == 3) frame.mutable_missed()->set_last_seq(7);
    if (frame.message_case() != v1::HubToClient::MESSAGE_NOT_SET) connection.send(frame);
    connection.close();
  };
  rig.client.subscribe(rig.subscription());
  while (positions.size() < 4 && rig.io.run_one_for(std::chrono::seconds(5)) > 0) {
  }
  CHECK(positions == std::vector<uint64_t>{0, 5, 6, 7});
}

TEST_CASE("a subscription without a hub ends, unless it is told to wait for one") {
  Rig rig;
  rig.hub.stop();
  rig.client.subscribe(rig.subscription());
  REQUIRE(rig.run_until(1));
  CHECK(rig.lines == Lines{"ended 0"});

  HubClientSettings settings = rig.settings();
  settings.wait_for_hub = true;
  HubClient patient(rig.io.get_executor(), settings);
  rig.lines.clear();
  patient.subscribe(rig.subscription());
  REQUIRE(rig.run_until(1));
  CHECK(rig.lines == Lines{"lost"});
  rig.hub.on_request = [](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    connection.end(request);
  };
  rig.hub.listen();
  REQUIRE(rig.run_until(2));
  CHECK(rig.lines.back() == "back 0");
}

TEST_CASE("a refused subscription ends and is not asked for again") {
  Rig rig;
  int asked = 0;
  rig.hub.on_request = [&](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    ++asked;
    connection.fail(request, v1::Error::CODE_NOT_PERMITTED, "no");
  };
  rig.client.subscribe(rig.subscription());
  REQUIRE(rig.run_until(1));
  CHECK(rig.lines ==
        Lines{"ended " + std::to_string(static_cast<int>(Failure::Kind::kNotPermitted))});
  CHECK(asked == 1);
}

TEST_CASE(
    "a subscription waits where a restarted hub doesn't know its node yet, and says so once") {
  Rig rig;
  std::vector<v1::Subscribe> orders;
  rig.hub.on_request = [&](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    orders.push_back(request.subscribe());
    const auto count = orders.size();
    if (count >= 2 && count <= 4) {
      return connection.fail(request, v1::Error::CODE_NO_SUCH_NODE, "no such node: 192.0.2.7");
    }
    connection.end(request);
    if (count == 1) connection.send(update(10));
    if (count == 1) connection.close();
  };
  rig.client.subscribe(rig.subscription());
  REQUIRE(rig.run_until(4));
  CHECK(rig.lines == Lines{"update 10", "lost", "missing no such node: 192.0.2.7", "back 10"});
  REQUIRE(orders.size() == 5);
  CHECK(orders[4].after_seq() == 10);
}

TEST_CASE("a hub of another protocol version ends a subscription, whenever it comes") {
  Rig rig;
  rig.hub.on_request = [](FakeHub::Connection& connection, const v1::ClientToHub&) {
    connection.close();
  };
  rig.client.subscribe(rig.subscription());
  REQUIRE(rig.run_until(1));
  rig.hub.hello.mutable_hello()->mutable_peer()->set_protocol_min(2);
  rig.hub.hello.mutable_hello()->mutable_peer()->set_protocol_max(2);
  while (!rig.lines.back().starts_with("ended") &&
         rig.io.run_one_for(std::chrono::seconds(5)) > 0) {
  }
  CHECK(rig.lines.back() == "ended " + std::to_string(static_cast<int>(Failure::Kind::kProtocol)));
}

TEST_CASE("a closed client leaves the loop with nothing to do") {
  Rig rig;
  rig.hub.on_request = [](FakeHub::Connection&, const v1::ClientToHub&) {};
  rig.client.request(status_request(), rig.reply("a"));
  rig.client.subscribe(rig.subscription());
  while (rig.lines.empty() && rig.io.poll_one() > 0) {
  }
  rig.client.close();
  rig.hub.stop();
  while (rig.io.run_one_for(std::chrono::seconds(5)) > 0) {
  }
  CHECK(rig.lines == Lines{failed("a", Failure::Kind::kUnreachable)});
}

TEST_CASE("SM2: errors of the socket say what to do, and a path may be as long as unix(7) allows") {
  const TemporaryFolder folder;
  const std::string path = folder / "none.sock";
  auto result = connect_to_hub(path);
  REQUIRE(result.failure);
  CHECK(result.failure->kind == Failure::Kind::kUnreachable);
  CHECK(result.failure->text.find("there is no socket " + path + ": is picket-hub running?") == 0);
  const std::string longest = "/" + std::string(limits::kSocketPathBytesMax - 1, 's');
  CHECK(connect_to_hub(longest).failure->text.find("there is no socket") == 0);
  CHECK(connect_to_hub(longest + "s").failure->text.find("the path of the socket is longer") == 0);
}

TEST_CASE("the socket is looked for where it was said, else where it is") {
  const TemporaryFolder folder;
  CHECK(default_socket_path("/x/hub.sock", nullptr) == "/x/hub.sock");
  CHECK(default_socket_path("", nullptr) == "/run/picket/hub.sock");
  CHECK(default_socket_path(nullptr, folder.path().c_str()) == "/run/picket/hub.sock");
}

}  // namespace picket::client
