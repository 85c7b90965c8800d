#include "common/link.h"

#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <cerrno>
#include <stdexcept>

#include "common/task_group.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/recorder.h"

namespace picket {
namespace {

using namespace std::chrono_literals;
using test::frame_of;
using test::Recorder;
using test::run_ready;
using test::run_until;

constexpr auto kLong = 60s;

LinkSettings patient() {
  LinkSettings settings;
  settings.keep_alive = settings.dead_after = settings.handshake_timeout = kLong;
  return settings;
}

// One link over a socket pair without TLS, and the bare socket of its peer.
struct Fixture {
  explicit Fixture(LinkSettings link_settings = patient(), int buffer_bytes = 0)
      : settings(std::move(link_settings)) {
    auto [ours, theirs] = test::socket_pair(buffer_bytes);
    settings.on_exception = [this](std::string_view what) { exception = what; };
    link = std::make_shared<Link>(io.get_executor(), std::move(ours), nullptr, buffers, settings);
    peer = std::move(theirs);
  }

  void start(bool authenticated = true) {
    link->start(recorder);
    if (authenticated) link->set_frame_bytes_max(limits::kFrameBytesMax);
    run_ready(io);
  }

  void write(std::string_view bytes) const {
    REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  // What the peer can read now; `ended` tells whether the link has shut its side.
  std::string read(std::size_t bytes_max = SIZE_MAX) {
    std::string got;
    char buffer[4096];
    while (got.size() < bytes_max) {
      const std::size_t size = std::min(sizeof buffer, bytes_max - got.size());
      const auto count = ::recv(peer.get(), buffer, size, 0);
      if (count == 0) ended = true;
      if (count <= 0) break;
      got.append(buffer, static_cast<std::size_t>(count));
    }
    return got;
  }

  bool wait_for_end() {
    return run_until(io, [this] { return recorder.closed.has_value(); });
  }

  asio::io_context io;
  LinkBuffers buffers;
  LinkSettings settings;
  Recorder recorder;
  std::shared_ptr<Link> link;
  UniqueFd peer;
  std::string exception;
  bool ended = false;
};

asio::awaitable<void> run_link(std::shared_ptr<Link> link, LinkHandler* handler) {
  co_await link->run(*handler);
}

}  // namespace

TEST_CASE("a link hands over the same frames whatever pieces they arrive in") {
  const std::string stream = frame_of("one") + frame_of("") + frame_of("two") + frame_of("three");
  const std::vector<std::string> expected{"one", "two", "three"};
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    Fixture fixture;
    fixture.start();
    if (split > 0) fixture.write(stream.substr(0, split));
    run_ready(fixture.io);
    if (split < stream.size()) fixture.write(stream.substr(split));
    run_ready(fixture.io);
    REQUIRE(fixture.recorder.frames == expected);
  }
}

TEST_CASE("a silent link sends keep-alives") {
  LinkSettings settings = patient();
  settings.keep_alive = 5ms;
  Fixture fixture(settings);
  fixture.start();
  std::string got;
  REQUIRE(run_until(fixture.io, [&] {
    got += fixture.read();
    return got.size() >= 12;
  }));
  CHECK(got.substr(0, 12) == frame_of("") + frame_of("") + frame_of(""));
  CHECK(fixture.recorder.frames.empty());
}

TEST_CASE("keep-alives alone keep a link up, in both directions") {
  LinkSettings settings = patient();
  settings.keep_alive = 10ms;
  settings.dead_after = 80ms;
  asio::io_context io;
  LinkBuffers buffers;
  auto [one, other] = test::socket_pair();
  Recorder recorders[2];
  const auto a =
      std::make_shared<Link>(io.get_executor(), std::move(one), nullptr, buffers, settings);
  const auto b =
      std::make_shared<Link>(io.get_executor(), std::move(other), nullptr, buffers, settings);
  a->start(recorders[0]);
  b->start(recorders[1]);
  a->set_frame_bytes_max(limits::kFrameBytesMax);
  b->set_frame_bytes_max(limits::kFrameBytesMax);
  io.run_for(300ms);
  CHECK_FALSE(a->closed());
  CHECK_FALSE(b->closed());
  CHECK(recorders[0].frames.empty());
}

TEST_CASE("a peer that is silent for dead_after has timed out, and not before") {
  LinkSettings settings = patient();
  settings.dead_after = 60ms;
  Fixture fixture(settings);
  const auto started = std::chrono::steady_clock::now();
  fixture.start();
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.recorder.closed->reason == CloseReason::kTimedOut);
  CHECK(fixture.recorder.closed->detail == "silent for 60 ms");
  CHECK(std::chrono::steady_clock::now() - started >= 60ms);
  CHECK(fixture.recorder.times_closed == 1);
}

TEST_CASE("part of a frame counts as life") {
  LinkSettings settings = patient();
  settings.dead_after = 80ms;
  Fixture fixture(settings);
  fixture.start();
  const std::string frame = frame_of("slowly, byte by byte");
  std::size_t sent = 0;
  while (sent < frame.size()) {  // 24 times 10 ms
    fixture.write(frame.substr(sent++, 1));
    fixture.io.run_for(10ms);
  }
  CHECK(fixture.recorder.frames.size() == 1);
  CHECK(fixture.recorder.times_closed == 0);
}

TEST_CASE("a program that stood still gives its peers one more period") {
  LinkSettings settings = patient();
  settings.dead_after = 40ms;
  settings.stopped_after = 20ms;
  Fixture fixture(settings);
  fixture.start();
  const auto resumed = std::chrono::steady_clock::now() + 90ms;
  while (std::chrono::steady_clock::now() < resumed) {  // as if stopped by SIGSTOP
  }
  fixture.io.run_for(15ms);
  CHECK(fixture.recorder.times_closed == 0);
  REQUIRE(fixture.wait_for_end());
  CHECK(fixture.recorder.closed->reason == CloseReason::kTimedOut);
}

TEST_CASE("who says no hello in time is sent away") {
  LinkSettings settings = patient();
  settings.close_timeout = 1ms;
  settings.handshake_timeout = 30ms;
  Fixture fixture(settings);
  fixture.start(false);
  fixture.write("\0\0");
  fixture.peer.reset();
  auto [ours, theirs] = test::socket_pair();
  const auto silent = std::make_shared<Link>(fixture.io.get_executor(), std::move(ours), nullptr,
                                             fixture.buffers, settings);
  Recorder recorder;
  silent->start(recorder);
  settings.close_timeout = 1ms;
  REQUIRE(run_until(fixture.io, [&] { return recorder.closed.has_value(); }));
  CHECK(recorder.closed->reason == CloseReason::kHandshakeTimeout);
  CHECK(recorder.closed->detail == "no complete hello within 30 ms");
}

TEST_CASE("before authentication a frame may have 16 KiB, one byte more ends the link") {
  for (const std::size_t over : {0U, 1U}) {
    Fixture fixture;
    fixture.start(false);
    fixture.write(frame_of(std::string(limits::kFrameBytesUnauthenticatedMax + over, 'x')));
    run_ready(fixture.io);
    CHECK(fixture.recorder.frames.size() == 1 - over);
    CHECK(fixture.link->closed().has_value() == (over == 1));
    if (over == 1) CHECK(fixture.link->closed()->reason == CloseReason::kFrameTooLarge);
  }
}

TEST_CASE("what is queued leaves in order, and before what is pulled") {
  Fixture fixture;
  fixture.start();
  fixture.recorder.to_pull = {frame_of("pulled 1"), frame_of("pulled 2")};
  fixture.link->wake();
  fixture.link->send(frame_of("sent 1"));
  fixture.link->send(frame_of("sent 2"));
  CHECK(fixture.read().empty());  // nothing is written within the call
  run_ready(fixture.io);
  CHECK(fixture.read() ==
        frame_of("sent 1") + frame_of("sent 2") + frame_of("pulled 1") + frame_of("pulled 2"));
  CHECK(fixture.recorder.to_pull.empty());
}

TEST_CASE("an outbox is full one byte past its limit") {
  for (const std::size_t over : {0U, 1U}) {
    LinkSettings settings = patient();
    settings.outbox_bytes_max = 1000;
    Fixture fixture(settings);
    fixture.start();
    fixture.link->send(std::string(400, 'x'));
    fixture.link->send(std::string(600 + over, 'x'));
    CHECK(fixture.recorder.times_closed == 0);  // never from within a call
    run_ready(fixture.io);
    CHECK(fixture.recorder.times_closed == static_cast<int>(over));
    if (over == 1) CHECK(fixture.recorder.closed->reason == CloseReason::kOutboxFull);
    if (over == 0) CHECK(fixture.read().size() == 1000);
  }
}

TEST_CASE("an outbox that drains takes more than its limit in all") {
  LinkSettings settings = patient();
  settings.outbox_bytes_max = 100;
  Fixture fixture(settings);
  fixture.start();
  for (int i = 0; i < 1000; ++i) {
    fixture.link->send(frame_of(std::string(80, 'x')));
    run_ready(fixture.io);
    REQUIRE(fixture.read().size() == 84);
  }
  CHECK_FALSE(fixture.link->closed());
}

TEST_CASE("a slow reader is served from the source as it reads, every frame whole and in order") {
  Fixture fixture(patient(), 4096);
  fixture.start();
  std::string expected;
  for (int i = 0; i < 400; ++i) {
    fixture.recorder.to_pull.push_back(frame_of(std::to_string(i) + std::string(1000, 'x')));
    expected += fixture.recorder.to_pull.back();
  }
  fixture.link->wake();
  run_ready(fixture.io);
  CHECK(fixture.recorder.to_pull.size() >
        350);  // the socket is full, the rest stays with its owner
  std::string got;
  REQUIRE(run_until(fixture.io, [&] {
    got += fixture.read(777);
    return got.size() >= expected.size();
  }));
  CHECK(got == expected);
  CHECK(fixture.recorder.largest_pull <= limits::kWriteBytesMax);
}

TEST_CASE("frames sent while a pulled one is half out come behind it, not into it") {
  Fixture fixture(patient(), 4096);
  fixture.start();
  const std::string large = frame_of(std::string(50'000, 'p'));
  fixture.recorder.to_pull = {large};
  fixture.link->wake();
  run_ready(fixture.io);
  CHECK(fixture.recorder.to_pull.empty());  // begun, so the link has copied the rest
  fixture.link->send(frame_of("reply"));
  std::string got;
  REQUIRE(run_until(fixture.io, [&] {
    got += fixture.read();
    return got.size() >= large.size() + 9;
  }));
  CHECK(got == large + frame_of("reply"));
}

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
