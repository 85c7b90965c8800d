// What is quiet for a while is counted and told when that ends.
#include "integrations/delivery/mutes.h"

#include "tests/integrations/delivery/delivery_rig.h"
#include "tests/support/catch.h"

namespace picket::delivery::test {

using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is muted isn't told before the mute ends, and then with how much of what") {
  Rig rig;
  REQUIRE(rig.delivery->mute({rig.now() + 2h, "web*"}));
  rig.login("alice", "web1");
  rig.login("bob", "web2");
  rig.login("carol", "db1");
  rig.advance(1min);
  REQUIRE(rig.told.size() == 1);
  CHECK(contains(rig.told[0], "carol"));
  rig.advance(2h);
  REQUIRE(rig.told.size() == 2);
  CHECK(contains(rig.told[1], "quiet about web* until now: 2, ssh.accepted (2); on web1, web2"));
  rig.login("dave", "web1");
  rig.advance(1min);
  CHECK(rig.told.size() == 3);
}

TEST_CASE("a mute may be of a kind or of all, and of what pretends there is none") {
  Rig rig;
  SECTION("kind") {
    REQUIRE(rig.delivery->mute({rig.now() + 1h, "ssh.*"}));
    rig.login();
    rig.advance(1min);
    CHECK(rig.told.empty());
  }
  SECTION("all") {
    REQUIRE(rig.delivery->mute({rig.now() + 1h, ""}));
    rig.login();
    rig.advance(1min);
    CHECK(rig.told.empty());
    rig.delivery->on_update(event(100, "auth.forgery_attempt", "web1", rig.now()));
    rig.delivery->on_update(event(101, "node.identity_conflict", "web1", rig.now()));
    rig.advance(1min);
    REQUIRE(rig.told.size() == 1);
  }
}

TEST_CASE("a mute and what it counted outlast the program") {
  Rig rig;
  REQUIRE(rig.delivery->mute({rig.now() + 2h, ""}));
  rig.settle();
  CHECK(rig.saved.mutes_size() == 1);
  rig.login();
  rig.advance(6min);
  rig.start();
  rig.advance(2h);
  REQUIRE(rig.told.size() == 1);
  CHECK(contains(rig.told[0], "until now: 1"));
}

TEST_CASE("a mute that ends early tells what it counted, and one without anything says nothing") {
  Rig rig;
  REQUIRE(rig.delivery->mute({rig.now() + 2h, "db1"}));
  REQUIRE(rig.delivery->mute({rig.now() + 2h, "web1"}));
  rig.login("alice", "web1");
  rig.advance(1min);
  rig.delivery->end_mutes();
  rig.advance(1min);
  REQUIRE(rig.told.size() == 1);
  CHECK(contains(rig.told[0], "quiet about web1"));
  CHECK(rig.delivery->is_settled());
  CHECK(rig.saved.mutes_size() == 0);
}

TEST_CASE("so many mutes, and a newer one of the same takes the place of the older") {
  Mutes mutes;
  const WallTime until = from_unix_ns(1'000);
  for (std::size_t i = 0; i < kMutesMax; ++i) REQUIRE(mutes.add({until, std::to_string(i)}));
  CHECK_FALSE(mutes.add({until, "more"}));
  CHECK(mutes.add({until, "0"}));
  std::vector<Item> items;
  mutes.sweep(until - 1ns, items);
  CHECK_FALSE(mutes.empty());
  mutes.sweep(until, items);
  CHECK(mutes.empty());
  CHECK(items.empty());
}

}  // namespace picket::delivery::test
