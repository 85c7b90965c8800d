// How many system calls a delivery costs. The sockets keep the bounds of what was written, so that
// each packet that arrives is one write.
#include <sys/socket.h>

#include "common/link.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"
#include "tests/support/loop.h"

namespace picket::hub {
namespace {

using test::HubRig;

constexpr std::size_t kPiecesPerWrite = 64;  // of one sendmsg(2)

// A client on a real link to the hub's core.
class Subscriber {
 public:
  Subscriber(HubRig& rig, asio::io_context& io, LinkBuffers& buffers, const LinkSettings& settings)
      : rig_(rig), io_(io) {
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    ours_.reset(ends[1]);
    link_ =
        std::make_shared<Link>(io.get_executor(), UniqueFd(ends[0]), nullptr, buffers, settings);
    handler_ = rig.hub->make_client_link(*link_, {});
    link_->start(*handler_);
    v1::ClientToHub hello;
    *hello.mutable_hello()->mutable_peer() = protocol::self("picket", "client-1");
    say(hello);
    v1::ClientToHub request;
    *request.mutable_subscribe() = test::live_subscribe();
    say(request);
    static_cast<void>(writes());
  }
  ~Subscriber() {
    link_->close({CloseReason::kStopping, {}});
    ours_.reset();
    static_cast<void>(test::run_until(io_, [this] { return link_.use_count() == 1; }));
  }
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  // Those since the last call.
  std::size_t writes() {
    std::size_t count = 0;
    char packet[limits::kWriteBytesMax];
    while (::recv(ours_.get(), packet, sizeof packet, 0) > 0) ++count;
    return count;
  }

 private:
  void say(const v1::ClientToHub& message) {
    const std::string frame = encode_frame(message);
    REQUIRE(::send(ours_.get(), frame.data(), frame.size(), 0) > 0);
    test::run_ready(io_);
    rig_.settle();
    test::run_ready(io_);
  }

  HubRig& rig_;
  asio::io_context& io_;
  UniqueFd ours_;
  std::shared_ptr<Link> link_;
  std::unique_ptr<LinkHandler> handler_;
};

Updates events(State& state, std::size_t count) {
  Updates updates;
  for (std::size_t i = 0; i < count; ++i) {
    for (auto& update : state.conflict("web1", "192.0.2.1:1", "192.0.2.2:1")) {
      updates.push_back(std::move(update));
    }
  }
  return updates;
}

struct Fixture {
  void publish(std::size_t count) {
    State numbers(rig.clock, rig.hub->state().last_seq());
    rig.hub->publisher().publish("", events(numbers, count));
    test::run_ready(io);
    rig.settle();
    test::run_ready(io);
  }

  HubRig rig{{"web1"}};
  asio::io_context io;
  LinkBuffers buffers;
  LinkSettings settings;
  Subscriber first{rig, io, buffers, settings};
  Subscriber second{rig, io, buffers, settings};
};

}  // namespace

TEST_CASE("an update costs one write for each subscriber, and its commit none") {
  Fixture fixture;
  fixture.publish(1);
  CHECK(fixture.first.writes() == 1);
  CHECK(fixture.second.writes() == 1);
}

TEST_CASE("as many updates of one turn as a write takes cost one write, one more costs two") {
  Fixture fixture;
  SECTION("as many") {
    fixture.publish(kPiecesPerWrite);
    CHECK(fixture.first.writes() == 1);
  }
  SECTION("one more") {
    fixture.publish(kPiecesPerWrite + 1);
    CHECK(fixture.first.writes() == 2);
  }
}

}  // namespace picket::hub
