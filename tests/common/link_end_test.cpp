// How a link ends.
#include <memory>
#include <stdexcept>

#include "common/link.h"
#include "common/task_group.h"
#include "tests/support/catch.h"
#include "tests/support/one_link.h"

namespace picket {
namespace {

using namespace std::chrono_literals;
using Fixture = test::OneLink;
using test::frame_of;
using test::patient;
using test::Recorder;
using test::run_ready;
using test::run_until;

asio::awaitable<void> run_link(std::shared_ptr<Link> link, LinkHandler* handler) {
  co_await link->run(*handler);
}

}  // namespace

TEST_CASE("a goodbye queued before close is sent before the end") {
  Fixture fixture;
  fixture.start();
  fixture.link->send(frame_of("goodbye"));
  fixture.link->close({CloseReason::kStopping, "the hub stops"});
  fixture.link->send(frame_of("too late"));
  CHECK(fixture.recorder.times_closed == 0);
  run_ready(fixture.io);
  CHECK(fixture.read() == frame_of("goodbye"));
  fixture.read();
  CHECK(fixture.ended);
  fixture.peer.reset();
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.recorder.closed->reason == CloseReason::kStopping);
  CHECK(fixture.recorder.closed->detail == "the hub stops");
  CHECK(fixture.recorder.times_closed == 1);
}

TEST_CASE("a peer that does not read its goodbye is left after flush_timeout") {
  LinkSettings settings = patient();
  settings.flush_timeout = 20ms;
  settings.close_timeout = 20ms;
  Fixture fixture(settings, 4096);
  fixture.start();
  fixture.link->send(std::string(100'000, 'x'));
  fixture.link->close({CloseReason::kStopping, {}});
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.recorder.closed->reason == CloseReason::kStopping);
}

TEST_CASE("an exception in a handler costs its link only, and is told") {
  Fixture fixture;
  fixture.recorder.then = [](std::string_view) { throw std::runtime_error("no such thing"); };
  fixture.start();
  fixture.write(frame_of("a") + frame_of("b"));
  run_ready(fixture.io);
  fixture.peer.reset();
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.exception == "no such thing");
  CHECK(fixture.recorder.frames.size() == 1);
  CHECK(fixture.recorder.closed->reason == CloseReason::kInternal);
  CHECK(fixture.recorder.times_closed == 1);
}

TEST_CASE("a link closed by its own handler delivers nothing more") {
  Fixture fixture;
  fixture.recorder.then = [&](std::string_view) {
    fixture.link->close({CloseReason::kProtocolError, "out of order"});
  };
  fixture.start();
  fixture.write(frame_of("a") + frame_of("b"));
  run_ready(fixture.io);
  fixture.write(frame_of("c"));
  run_ready(fixture.io);
  fixture.peer.reset();
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.recorder.frames == std::vector<std::string>{"a"});
  CHECK(fixture.recorder.closed->reason == CloseReason::kProtocolError);
}

TEST_CASE("a link that does not read holds its peer back without losing it") {
  LinkSettings settings = patient();
  settings.dead_after = 30ms;
  Fixture fixture(settings);
  fixture.start();
  fixture.link->set_reading(false);
  run_ready(fixture.io);
  fixture.write(frame_of("before"));
  run_ready(fixture.io);
  fixture.write(frame_of("after"));
  fixture.io.run_for(100ms);
  CHECK(fixture.recorder.times_closed == 0);
  CHECK(fixture.recorder.frames.size() <= 1);  // a read that had begun
  fixture.link->set_reading(true);
  run_ready(fixture.io);
  CHECK(fixture.recorder.frames == std::vector<std::string>{"before", "after"});
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.recorder.closed->reason == CloseReason::kTimedOut);
}

TEST_CASE("a peer that ends and a peer that breaks off are told apart") {
  Fixture orderly;
  orderly.start();
  orderly.peer.reset();
  REQUIRE(orderly.wait_for_end());
  CHECK(orderly.recorder.closed->reason == CloseReason::kPeerClosed);

  Fixture broken;
  broken.start();
  broken.link->send(frame_of("never read"));
  run_ready(broken.io);
  broken.peer.reset();
  REQUIRE(broken.wait_for_end());
  CHECK(broken.recorder.closed->reason == CloseReason::kConnectionReset);
}

TEST_CASE("a cancelled task tells its handler before it ends") {
  Fixture fixture;
  TaskGroup tasks(fixture.io.get_executor(), nullptr);
  tasks.spawn("link", run_link(fixture.link, &fixture.recorder));
  run_ready(fixture.io);
  CHECK(tasks.size() == 1);
  tasks.stop();
  run_ready(fixture.io);
  CHECK(tasks.size() == 0);
  CHECK(fixture.recorder.times_closed == 1);
  CHECK(fixture.recorder.closed->reason == CloseReason::kStopping);
}

TEST_CASE("a link that owns its handler keeps it until the end, and no longer") {
  struct Owned final : LinkHandler {
    explicit Owned(std::string* told) : log(told) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() override { *log += "destroyed "; }
    void on_frame(std::string_view payload) override { *log += std::string(payload) + " "; }
    void on_closed(const Closed& closed) override {
      *log += std::string(to_string(closed.reason)) + " ";
    }
    std::string* log;
  };
  Fixture fixture;
  std::string log;
  fixture.link->start(std::make_unique<Owned>(&log));
  fixture.write(frame_of("hello"));
  run_ready(fixture.io);
  CHECK(log == "hello ");
  fixture.link->send(std::string(100, 'x'));
  fixture.link->abort({CloseReason::kStopping, {}});
  fixture.link->abort({CloseReason::kInternal, {}});
  CHECK(log == "hello ");  // not within the call
  run_ready(fixture.io);
  CHECK(log == "hello stopping destroyed ");
}

TEST_CASE("a loop destroyed under a live link calls nobody") {
  Recorder recorder;
  LinkBuffers buffers;
  const LinkSettings settings = patient();
  auto [ours, theirs] = test::socket_pair();
  {
    asio::io_context io;
    TaskGroup tasks(io.get_executor(), nullptr);
    tasks.spawn("link", run_link(std::make_shared<Link>(io.get_executor(), std::move(ours), nullptr,
                                                        buffers, settings),
                                 &recorder));
    run_ready(io);
  }
  CHECK(recorder.times_closed == 0);
}

}  // namespace picket
