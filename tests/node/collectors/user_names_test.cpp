#include "node/collectors/user_names.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "node/collectors/nss_lookup.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace picket::node {
namespace {

using Name = std::optional<std::string>;

// Answers when the test says so.
class SlowLookup final : public NameLookup {
 public:
  void lookup(uint32_t uid, Done done) override { asked.emplace_back(uid, std::move(done)); }
  void lookup_uid(const std::string& /*name*/, UidDone done) override { done(std::nullopt); }
  void answer(const Name& name) {
    const auto questions = std::exchange(asked, {});
    for (const auto& [uid, done] : questions) done(name);
  }
  std::vector<std::pair<uint32_t, Done>> asked;
};

struct Names {
  SlowLookup lookup;
  test::ManualClock clock{WallTime{}};
  int answers = 0;
  UserNames names{lookup, clock, [this] { ++answers; }};
};

}  // namespace

TEST_CASE("a name is asked for once, and known when the answer has come") {
  Names test;
  CHECK(test.names.of(1000) == std::nullopt);
  CHECK(test.names.of(1000) == std::nullopt);
  CHECK(test.lookup.asked.size() == 1);
  test.lookup.answer("alice");
  CHECK(test.answers == 1);
  CHECK(test.names.of(1000) == Name("alice"));
  CHECK(test.lookup.asked.empty());
}

TEST_CASE("a user without a name is shown by number") {
  Names test;
  CHECK(test.names.of(4711) == std::nullopt);
  test.lookup.answer(std::nullopt);
  CHECK(test.names.of(4711) == Name("4711"));
}

TEST_CASE("a name service that does not answer holds a session back for a moment only") {
  Names test;
  CHECK(test.names.of(1000) == std::nullopt);
  test.clock.advance(kUserNamePatience - Nanoseconds(1));
  CHECK(test.names.of(1000) == std::nullopt);
  test.clock.advance(Nanoseconds(1));
  CHECK(test.names.of(1000) == Name("1000"));
  CHECK(test.lookup.asked.size() == 1);
  test.lookup.answer("alice");
  CHECK(test.names.of(1000) == Name("alice"));
}

TEST_CASE("an old answer stands until the new one comes") {
  Names test;
  (void)test.names.of(1000);
  test.lookup.answer("alice");
  test.clock.advance(kUserNameValidity - Nanoseconds(1));
  (void)test.names.of(1000);
  CHECK(test.lookup.asked.empty());
  test.clock.advance(Nanoseconds(1));
  CHECK(test.names.of(1000) == Name("alice"));
  CHECK(test.lookup.asked.size() == 1);
  test.lookup.answer("alice");
  CHECK(test.answers == 1);  // no news
  test.clock.advance(kUserNameValidity);
  (void)test.names.of(1000);
  test.lookup.answer("alicia");
  CHECK(test.answers == 2);
  CHECK(test.names.of(1000) == Name("alicia"));
}

TEST_CASE("no more names are remembered than the limit") {
  Names test;
  for (uint32_t uid = 0; uid < kUserNamesMax; ++uid) (void)test.names.of(uid);
  CHECK(test.names.size() == kUserNamesMax);
  test.clock.advance(Nanoseconds(1));
  (void)test.names.of(kUserNamesMax);
  CHECK(test.names.size() == kUserNamesMax);
  test.lookup.answer("x");  // also for the forgotten one
  CHECK(test.names.size() == kUserNamesMax);
}

TEST_CASE("an answer that comes too late finds nobody, and does no harm") {
  SlowLookup lookup;
  const test::ManualClock clock{WallTime{}};
  {
    UserNames names(lookup, clock, [] { CHECK(false); });
    (void)names.of(1000);
  }
  lookup.answer("alice");
}

TEST_CASE("the host's own names are found on the helper thread") {
  asio::io_context loop;
  const auto work = asio::make_work_guard(loop);
  Worker worker(loop.get_executor(), 4);
  NssLookup lookup(loop.get_executor(), worker);
  Name root;
  Name nobody = "x";
  bool answered = false;
  lookup.lookup(0, [&](Name name) { root = std::move(name); });
  lookup.lookup(3'999'999'999, [&](Name name) {
    nobody = std::move(name);
    answered = true;
  });
  while (!answered) REQUIRE(loop.run_one_for(std::chrono::seconds(10)) == 1);
  CHECK(root == Name("root"));
  CHECK(nobody == std::nullopt);
}

TEST_CASE("a name that can't be asked for is answered all the same, later") {
  asio::io_context loop;
  Worker worker(loop.get_executor(), 4);
  worker.stop();
  NssLookup lookup(loop.get_executor(), worker);
  int answers = 0;
  lookup.lookup(0, [&](const Name& name) { answers += name ? 0 : 1; });
  CHECK(answers == 0);
  loop.run_for(std::chrono::seconds(10));
  CHECK(answers == 1);
}

}  // namespace picket::node
