#include "common/admission.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace picket {
namespace {

using namespace std::chrono_literals;

IpAddress v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
}

IpAddress v6(uint8_t network, uint8_t host) {
  return {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host}};
}

AdmissionLimits small() {
  return {.unauthenticated_max = 4,
          .per_prefix_max = 2,
          .clients_max = 4,
          .clients_per_uid_max = 2,
          .failed_joins_max = 2};
}

SteadyTime at(Seconds seconds) { return SteadyTime(seconds); }

}  // namespace

TEST_CASE("a prefix has its places, at the limit and not one past it") {
  Admission admission(small());
  auto one = admission.enter(v4(192, 0, 2, 1));
  auto two = admission.enter(v4(192, 0, 2, 255));
  REQUIRE(one);
  REQUIRE(two);
  CHECK_FALSE(admission.enter(v4(192, 0, 2, 7)));
  CHECK(admission.enter(v4(192, 0, 3, 7)));  // the next /24; given back at once
  one.reset();
  CHECK(admission.enter(v4(192, 0, 2, 7)));
  auto six = admission.enter(v6(1, 1));
  auto seven = admission.enter(v6(1, 2));
  REQUIRE(seven);
  CHECK_FALSE(admission.enter(v6(1, 3)));
  CHECK(admission.enter(v6(2, 3)));
}

TEST_CASE("all prefixes together have a limit too, and every count returns to zero") {
  Admission admission(small());
  std::vector<Admission::Place> places;
  for (uint8_t i = 0; i < 4; ++i) {
    auto place = admission.enter(v4(10, 0, i, 1));
    REQUIRE(place);
    places.push_back(std::move(*place));
  }
  CHECK_FALSE(admission.enter(v4(10, 0, 9, 1)));
  CHECK(admission.unauthenticated() == 4);
  places.front().leave();  // authenticated
  places.front().leave();  // counts once
  CHECK(admission.unauthenticated() == 3);
  CHECK(admission.enter(v4(10, 0, 9, 1)));
  places.clear();
  CHECK(admission.unauthenticated() == 0);
}

TEST_CASE("a user has his clients, root is bound by the total only") {
  Admission admission(small());
  const auto one = admission.enter(uid_t{1000});
  const auto two = admission.enter(uid_t{1000});
  REQUIRE(two);
  CHECK_FALSE(admission.enter(uid_t{1000}));
  auto three = admission.enter(uid_t{0});
  const auto four = admission.enter(uid_t{0});
  REQUIRE(four);
  CHECK_FALSE(admission.enter(uid_t{0}));
  CHECK_FALSE(admission.enter(uid_t{1001}));
  three.reset();
  CHECK(admission.enter(uid_t{0}));
  CHECK(admission.clients() == 3);
  CHECK(admission.unauthenticated() == 0);
}

TEST_CASE("who fails to join too often waits a minute from the first failure") {
  Admission admission(small());
  const auto guesser = v4(192, 0, 2, 1);
  admission.join_failed(guesser, at(100s));
  CHECK(admission.may_join(guesser, at(101s)));
  admission.join_failed(guesser, at(110s));
  CHECK_FALSE(admission.may_join(guesser, at(111s)));
  CHECK(admission.may_join(v4(192, 0, 2, 2), at(111s)));  // a neighbour
  CHECK_FALSE(admission.may_join(guesser, at(159s)));
  CHECK(admission.may_join(guesser, at(160s)));
  admission.join_failed(guesser, at(165s));
  CHECK_FALSE(admission.may_join(guesser, at(166s)));
  CHECK(admission.may_join(guesser, at(170s)));
}

TEST_CASE("an IPv6 guesser doesn't get new tries from each of its addresses") {
  Admission admission(small());
  admission.join_failed(v6(1, 1), at(0s));
  admission.join_failed(v6(1, 2), at(0s));
  CHECK_FALSE(admission.may_join(v6(1, 3), at(1s)));
  CHECK(admission.may_join(v6(2, 1), at(1s)));
}

TEST_CASE("who finds no place waits for one, first come, first served, and no prefix for another") {
  Admission admission({.unauthenticated_max = 3,
                       .per_prefix_max = 1,
                       .waiting_max = 4,
                       .waiting_per_prefix_max = 2});
  std::vector<std::string> admitted;
  std::map<std::string, Admission::Place> places;
  const auto enter = [&](const std::string& who, const IpAddress& from) {
    return admission.enter(from, [&, who](Admission::Place place) {
      admitted.push_back(who);
      places.emplace(who, std::move(place));
    });
  };
  const auto from_a = v4(10, 0, 1, 1);
  const auto from_b = v4(10, 0, 2, 1);
  CHECK(enter("a1", from_a));
  CHECK(enter("a2", from_a));
  CHECK(enter("a3", from_a));
  CHECK_FALSE(enter("a4", from_a));  // two of its prefix wait already
  CHECK(enter("b1", from_b));
  CHECK(enter("b2", from_b));
  CHECK(admitted == std::vector<std::string>{"a1", "b1"});
  CHECK(admission.waiting() == 3);
  places.erase("b1");
  CHECK(admitted.back() == "b2");
  places.erase("a1");
  CHECK(admitted.back() == "a2");
  CHECK(enter("b3", from_b));
  CHECK(enter("b4", from_b));
  CHECK(enter("c1", v4(10, 0, 3, 1)));
  CHECK(enter("d1", v4(10, 0, 4, 1)));        // all three places are taken
  CHECK_FALSE(enter("e1", v4(10, 0, 5, 1)));  // and four wait
  places.erase("c1");
  CHECK(admitted.back() == "d1");
  admission.drop_waiting();
  places.clear();
  CHECK(admitted.size() == 6);
  CHECK(admission.waiting() == 0);
  CHECK(admission.unauthenticated() == 0);
}

}  // namespace picket
