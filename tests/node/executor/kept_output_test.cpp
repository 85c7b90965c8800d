#include "node/executor/kept_output.h"

#include "common/limits.h"
#include "node/executor/ledger.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

std::string all_of(KeptOutput& kept, Stream stream) {
  std::string text;
  while (!kept.empty()) {
    const Chunk chunk = kept.take(3);
    CHECK(chunk.data.size() <= 3);
    if (chunk.stream == stream) text += chunk.data;
  }
  return text;
}

}  // namespace

TEST_CASE("kept output comes out in its order, stream by stream") {
  KeptOutput kept(100);
  kept.add({Stream::kStdout, "abcd"});
  kept.add({Stream::kStderr, "XY"});
  kept.add({Stream::kStdout, "ef"});
  const Chunk first = kept.take(100);
  CHECK(first.data == "abcd");
  const Chunk second = kept.take(1);
  CHECK(second.stream == Stream::kStderr);
  CHECK(second.data == "X");
  CHECK(all_of(kept, Stream::kStdout) == "ef");
  CHECK(kept.take_missed() == 0);
}

TEST_CASE("past its limit the oldest goes, and is counted once") {
  KeptOutput kept(5);
  kept.add({Stream::kStdout, "12345"});
  CHECK(kept.take_missed() == 0);
  kept.add({Stream::kStderr, "ab"});
  CHECK(kept.take_missed() == 2);
  CHECK(kept.take_missed() == 0);
  kept.add({Stream::kStdout, "1234567"});
  CHECK(kept.take_missed() == 7);
  CHECK(all_of(kept, Stream::kStdout) == "34567");
}

TEST_CASE("a lower limit counts at once, and what is dropped on purpose is not missed") {
  KeptOutput kept(100);
  kept.add({Stream::kStdout, std::string(10, 'x')});
  kept.set_bytes_max(4);
  CHECK(kept.take_missed() == 6);
  CHECK(kept.drop() == 4);
  CHECK(kept.empty());
  CHECK(kept.take_missed() == 0);
}

TEST_CASE("single bytes of two streams don't cost more than a bounded number of pieces") {
  KeptOutput kept(1 << 20);
  for (int i = 0; i < 10'000; ++i) kept.add({i % 2 == 0 ? Stream::kStdout : Stream::kStderr, "x"});
  CHECK(kept.take_missed() == 10'000 - 4096);
}

TEST_CASE("T9: an id is remembered for a day, and never forgotten soon") {
  Ledger ledger;
  SteadyTime now{std::chrono::hours(1)};
  REQUIRE(ledger.make_room(now));
  ledger.add("a", now);
  now += limits::kExecutionsRemembered - Milliseconds(1);
  REQUIRE(ledger.make_room(now));
  CHECK(ledger.contains("a"));
  REQUIRE(ledger.make_room(now + Milliseconds(1)));
  CHECK_FALSE(ledger.contains("a"));
  CHECK(ledger.size() == 0);
  for (std::size_t i = 0; i < limits::kExecutionsRememberedMax; ++i) {
    REQUIRE(ledger.make_room(now));
    ledger.add(std::to_string(i), now);
  }
  now += limits::kExecutionsRememberedMin - Milliseconds(1);
  CHECK_FALSE(ledger.make_room(now));
  now += Milliseconds(1);
  CHECK(ledger.make_room(now));
  CHECK_FALSE(ledger.contains("0"));
  CHECK(ledger.contains("1"));
}

}  // namespace picket::node
