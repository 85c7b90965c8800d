#include "node/collectors/auth_log.h"

#include <asio/io_context.hpp>
#include <chrono>
#include <string>

#include "node/core/log_feed.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_bookmark.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

struct NoNames final : NameLookup {
  void lookup(uint32_t /*uid*/, Done /*done*/) override {}
  void lookup_uid(const std::string& /*name*/, UidDone /*done*/) override {}
};

/// The collector on a host where somebody logs in; counts how often the log is to be read.
struct Fixture : LogFeedLink {
  Fixture() {
    host.write_file("/run/utmp", "");
    collector.start([](const v1::ResourceValue&) {});
    feed.on_welcome(*this, {});
    reads = 0;
  }
  ~Fixture() override { collector.stop(); }

  void on_log_ready() override { ++reads; }
  void on_log_health() override {}

  /// As a login gives it.
  void hint() {
    host.append_file("/run/utmp", "x");
    test::run_ready(loop);
  }

  asio::io_context loop;
  test::CapturedHost host;
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  NoNames names;
  LogFeeds feeds;
  ExecutionFeeds executions;
  test::MemoryBookmark bookmark;
  LogFeed feed{feeds, clock, bookmark};
  AuthLogCollector collector{{loop, clock, names, feeds, executions, host.root()}};
  int reads = 0;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a hint of a login has the log read at once") {
  hint();
  CHECK(reads >= 1);
  reads = 0;
  clock.advance(10s);
  hint();
  CHECK(reads >= 1);
}

TEST_CASE_METHOD(Fixture,
                 "however often there are hints, the log is read twice in a step at most") {
  constexpr int kHints = 500;
  hint();
  clock.advance(500ms);  // that burst, in even steps, is over; within a second no other begins
  const auto began = std::chrono::steady_clock::now();
  reads = 0;
  for (int i = 0; i < kHints; ++i) hint();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  CHECK(reads >= 1);
  // In each step of 2 ms once by a hint and once by the timer.
  CHECK(reads <= 2 + took.count());
}

TEST_CASE_METHOD(Fixture,
                 "a hint after a burst, and before the next in even steps, reads at once") {
  hint();
  clock.advance(500ms);
  hint();
  clock.advance(300ms);
  reads = 0;
  hint();
  CHECK(reads >= 1);
}

}  // namespace picket::node
