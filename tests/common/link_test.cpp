// What goes over a link, and when it is given up; its ends are in link_end_test.cpp.
#include "common/link.h"

#include <cerrno>
#include <stdexcept>

#include "common/since_boot.h"
#include "tests/support/catch.h"
#include "tests/support/one_link.h"

namespace picket {
namespace {

using namespace std::chrono_literals;
using Fixture = test::OneLink;
using test::frame_of;
using test::kLong;
using test::patient;
using test::Recorder;
using test::run_ready;
using test::run_until;

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

TEST_CASE("what was read is as old as the time since there was nothing more to read") {
  Fixture fixture;
  fixture.start();
  std::vector<Nanoseconds> silences;
  fixture.recorder.then = [&](std::string_view) { silences.push_back(fixture.link->silence()); };
  const Nanoseconds begin = since_boot();
  while (since_boot() - begin < 20ms) {
  }
  const std::string long_enough(2 * limits::kReadBytesMax / 3, 'x');  // for two turns of the loop
  for (const auto& text : {std::string("one"), long_enough, long_enough})
    fixture.write(frame_of(text));
  const Nanoseconds before = since_boot();
  run_ready(fixture.io);
  REQUIRE(silences.size() == 3);
  for (const Nanoseconds silence : silences) CHECK(silence >= 20ms);
  fixture.write(frame_of("two"));
  run_ready(fixture.io);
  REQUIRE(silences.size() == 4);
  CHECK(silences.back() <= since_boot() - before);
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

}  // namespace picket
