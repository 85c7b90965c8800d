#include <cstdint>

#include "common/backoff.h"

#include "tests/support/catch.h"

namespace picket {

using namespace std::chrono_literals;

TEST_CASE("pauses lie between a quarter of a second and a ceiling that doubles up to 10 s") {
  uint64_t random = 0;
  Backoff backoff([&] { return random; });
  CHECK(backoff.next() == 250ms);
  CHECK(backoff.next() == 250ms);
  backoff.reset();
  const std::chrono::milliseconds ceilings[] = {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 10s, 10s};
  for (const auto ceiling : ceilings) {
    random = static_cast<uint64_t>((ceiling - 250ms).count());
    CHECK(backoff.next() == ceiling);
  }
  backoff.reset();
  random = 250;
  CHECK(backoff.next() == 500ms);
}

TEST_CASE("a hub's wish is kept, jittered, and cut at a minute") {
  uint64_t random = 100;
  Backoff backoff([&] { return random; });
  CHECK(backoff.next(5s) == 5s + 350ms);
  CHECK(backoff.next(24h) == 60s + 350ms);
  CHECK(backoff.next(0s) == 350ms);
}

}  // namespace picket
