#include "common/deadlines.h"

#include <string>

#include "tests/support/catch.h"

namespace picket {
namespace {

using namespace std::chrono_literals;

SteadyTime at(Nanoseconds time) { return SteadyTime(time); }

}  // namespace

TEST_CASE("what is due runs once, in the order of time and then of scheduling") {
  Deadlines deadlines;
  std::string ran;
  deadlines.at(at(2s), [&] { ran += "c"; });
  deadlines.at(at(1s), [&] { ran += "a"; });
  deadlines.at(at(1s), [&] { ran += "b"; });
  CHECK(deadlines.next() == at(1s));
  deadlines.run_due(at(1s - 1ns));
  CHECK(ran.empty());
  deadlines.run_due(at(1s));
  CHECK(ran == "ab");
  deadlines.run_due(at(5s));
  CHECK(ran == "abc");
  CHECK_FALSE(deadlines.next());
  CHECK(deadlines.size() == 0);
}

TEST_CASE("an action can schedule for the same instant and cancel another") {
  Deadlines deadlines;
  std::string ran;
  Deadlines::Id other = 0;
  deadlines.at(at(1s), [&] {
    deadlines.cancel(other);
    deadlines.at(at(1s), [&] { ran += "again"; });
  });
  other = deadlines.at(at(1s), [&] { ran += "never"; });
  deadlines.run_due(at(1s));
  CHECK(ran == "again");
  deadlines.cancel(other);
  deadlines.cancel(12345);
}

TEST_CASE("the driver is told when something earlier comes, and only then") {
  Deadlines deadlines;
  int told = 0;
  deadlines.on_earlier([&] { ++told; });
  deadlines.at(at(2s), [] {});
  deadlines.at(at(3s), [] {});
  CHECK(told == 1);
  deadlines.at(at(1s), [] {});
  CHECK(told == 2);
}

}  // namespace picket
