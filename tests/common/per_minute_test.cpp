#include "common/per_minute.h"

#include "tests/support/catch.h"

namespace picket {

using namespace std::chrono_literals;

TEST_CASE(
    "a budget is what it says, at the limit and one past it, and begins anew after a minute") {
  PerMinute budget(2);
  const SteadyTime start(5s);
  CHECK(budget.take(start) == 0U);
  CHECK(budget.take(start + 59s) == 0U);
  CHECK_FALSE(budget.take(start + 59s));
  CHECK_FALSE(budget.take(start + 60s - 1ns));
  CHECK(budget.take(start + 60s) == 2U);  // left out meanwhile
  CHECK(budget.take(start + 61s) == 0U);
}

}  // namespace picket
