#include <cstdint>

#include "hub/core/log_grant.h"

#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket::hub {

using namespace std::chrono_literals;

namespace {

constexpr uint64_t kWindow = limits::kLogEventsWindow;
const SteadyTime kStart(100s);

}  // namespace

TEST_CASE("a node may send its window of events, and not one more") {
  LogGrant grant(kStart);
  CHECK(grant.granted() == kWindow);
  CHECK(grant.receive(kWindow, kStart));
  CHECK(grant.is_starved());
  CHECK_FALSE(grant.receive(1, kStart));
  CHECK_FALSE(grant.grant(kStart));  // nothing of it is stored
  grant.done(1);
  CHECK(grant.grant(kStart) == kWindow + 1);  // who can send nothing is told of each
}

TEST_CASE("grants are told in steps while the node has some left") {
  LogGrant grant(kStart);
  CHECK(grant.receive(600, kStart));
  grant.done(kWindow / 4 - 1);
  CHECK_FALSE(grant.grant(kStart));
  grant.done(kWindow / 4);
  CHECK(grant.grant(kStart) == kWindow + kWindow / 4);
  CHECK_FALSE(grant.grant(kStart));
}

TEST_CASE("in the long run a node sends at its rate, whatever is stored at once") {
  LogGrant grant(kStart);
  uint64_t sent = 0;
  SteadyTime now = kStart;
  while (now < kStart + 60s) {
    const uint64_t more = grant.granted() - sent;
    if (more > 0) REQUIRE(grant.receive(more, now));
    sent += more;
    grant.done(sent);
    if (!grant.grant(now)) now += limits::kLogGrantRetry;
  }
  const uint64_t expected = limits::kLogEventsBurst + 60 * limits::kLogEventsPerSecond;
  CHECK(sent <= expected);
  CHECK(sent >= expected - limits::kLogEventsPerSecond);
  now += 3600s;  // of silence: no more than a burst is saved up
  uint64_t burst = 0;
  for (grant.grant(now); grant.granted() > sent; grant.grant(now)) {
    const uint64_t more = grant.granted() - sent;
    REQUIRE(grant.receive(more, now));
    sent += more;
    burst += more;
    grant.done(sent);
  }
  CHECK(burst <= limits::kLogEventsBurst);
}

}  // namespace picket::hub
