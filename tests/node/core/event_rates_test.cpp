#include "node/core/event_rates.h"

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/virtual_clock.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

struct Fixture {
  /// How many of `tries` are taken now.
  std::size_t taken(uint32_t uid, std::size_t tries) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < tries; ++i) count += rates.refuse(uid, clock.steady()) ? 0 : 1;
    return count;
  }

  test::VirtualClock clock;
  EventRates rates;
};

}  // namespace

TEST_CASE("one uid has a burst, then its rate, the others have their own") {
  Fixture f;
  CHECK(f.taken(1000, 100) == limits::kLocalEventsBurst);
  CHECK(*f.rates.refuse(1000, f.clock.steady()) ==
        "too many events of uid 1000: at most 60 a minute in the long run");
  CHECK(f.taken(1001, 3) == 3);
  f.clock.advance(1s);
  CHECK(f.taken(1000, 100) == limits::kLocalEventsPerMinuteMax / 60);
  f.clock.advance(1h);
  CHECK(f.taken(1000, 100) == limits::kLocalEventsBurst);
}

TEST_CASE("all uids together have a burst and a rate, what is refused counts for nobody") {
  Fixture f;
  std::size_t count = 0;
  for (uint32_t uid = 0; uid < 100; ++uid) count += f.taken(uid, 10);
  CHECK(count == limits::kLocalEventsBurstInAll);
  CHECK(*f.rates.refuse(500, f.clock.steady()) ==
        "too many events on this server: at most 600 a minute in the long run");
  CHECK(f.rates.uids() <= limits::kLocalEventsBurstInAll);
  f.clock.advance(1s);
  CHECK(f.taken(500, 100) == limits::kLocalEventsPerMinuteInAllMax / 60);
}

TEST_CASE("uids are forgotten when they may send a whole burst again") {
  Fixture f;
  for (uint32_t uid = 0; uid < 100; ++uid) f.taken(uid, 1);
  CHECK(f.rates.uids() == 100);
  f.clock.advance(1min);
  f.taken(7, 1);
  CHECK(f.rates.uids() == 1);
}

}  // namespace picket::node
