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
  REQUIRE(rig.mute(2h, "web*"));
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
    REQUIRE(rig.mute(1h, "ssh.*"));
    rig.login();
    rig.advance(1min);
    CHECK(rig.told.empty());
  }
  SECTION("all") {
    REQUIRE(rig.mute(1h, ""));
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
  REQUIRE(rig.mute(2h, ""));
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
  REQUIRE(rig.mute(2h, "db1"));
  REQUIRE(rig.mute(2h, "web1"));
  rig.login("alice", "web1");
  rig.advance(1min);
  REQUIRE(rig.delivery->mute({}, [](const Status&) {}));
  rig.advance(1min);
  REQUIRE(rig.told.size() == 1);
  CHECK(contains(rig.told[0], "quiet about web1"));
  CHECK(rig.delivery->is_settled());
  CHECK(rig.saved.mutes_size() == 0);
}

TEST_CASE("one mute ends by its name, and the others stay") {
  Rig rig;
  REQUIRE(rig.mute(2h, "web1"));
  REQUIRE(rig.mute(3h, ""));
  rig.login("alice", "web1");
  rig.login("bob", "db1");
  rig.login("carol", "db1");
  const auto shown = rig.delivery->mutes();
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].what == "web1");
  CHECK(shown[0].counted == 1);
  CHECK(shown[1].until == rig.now() + 3h);
  CHECK(shown[1].counted == 2);
  CHECK_FALSE(rig.delivery->mute({.until = {}, .what = "web2"}, [](const Status&) {}));
  REQUIRE(rig.delivery->mute({.until = {}, .what = "web1"}, [](const Status&) {}));
  CHECK_FALSE(rig.delivery->mute({.until = {}, .what = "web1"}, [](const Status&) {}));
  CHECK(rig.delivery->mutes().size() == 1);
  rig.advance(1min);
  REQUIRE(rig.told.size() == 1);
  CHECK(contains(rig.told[0], "quiet about web1 until now: 1"));
}

TEST_CASE("a mute is on the disk when it is said to be, whatever else waits to be saved or told") {
  Rig rig;
  rig.delivery->on_progress(++rig.seq);
  rig.settle();
  SECTION("a place that is saved in a while") { rig.delivery->on_progress(++rig.seq); }
  SECTION("something to tell") { rig.login(); }
  SECTION("a message on its way, which the far side doesn't answer") {
    rig.holds = true;
    rig.login();
    rig.advance(5s);
    REQUIRE(rig.attempts.size() == 1);
  }
  SECTION("a place that is being saved") {
    rig.delivery->on_progress(++rig.seq);
    rig.clock.advance_to(rig.clock.steady() + 5min);
    rig.deadlines.run_due(rig.clock.steady());
    REQUIRE(rig.waiting.size() == 1);
  }
  const bool holds = rig.holds;
  const auto seq = rig.saved.seq();
  REQUIRE(rig.mute(2h, "web*"));
  CHECK(rig.mutes_saved.empty());
  while (!rig.waiting.empty() && rig.mutes_saved.empty()) rig.answer_next();
  REQUIRE(rig.mutes_saved == Rig::Texts{"saved"});
  REQUIRE(rig.saved.mutes_size() == 1);
  CHECK(rig.saved.mutes(0).what() == "web*");
  if (holds) CHECK(rig.saved.seq() == seq);  // what is on its way isn't told yet
  rig.start();                               // killed right then
  CHECK(rig.delivery->mutes().size() == 1);
}

TEST_CASE("what was not told when its mute was saved is told, after a kill too") {
  Rig rig;
  rig.delivery->on_progress(++rig.seq);
  rig.settle();
  rig.holds = true;
  rig.login("alice");
  rig.advance(5s);
  REQUIRE(rig.mute(2h, ""));
  rig.settle();
  rig.holds = false;
  const auto before = rig.saved.seq();
  rig.start();
  rig.clock.advance_to(rig.clock.steady() + 1s);
  rig.delivery->on_update(
      auth(before + 1, "ssh.accepted", "web1", rig.now() - 6s, "alice", "192.0.2.7"));
  rig.login("bob");
  rig.advance(1min);
  REQUIRE(rig.told.size() == 1);
  CHECK(contains(rig.told[0], "alice"));
  CHECK(rig.delivery->mutes()[0].counted == 1);
}

TEST_CASE("a message that is accepted after a mute was made doesn't undo it") {
  Rig rig;
  rig.delivery->on_progress(++rig.seq);
  rig.settle();
  rig.holds = true;
  rig.login();
  rig.advance(5s);
  REQUIRE(rig.mute(2h, "db1"));
  SECTION("once the mute is saved") { rig.settle(); }
  SECTION("while it is being saved") {}
  rig.answer({});
  rig.settle();
  CHECK(rig.saved.mutes_size() == 1);
  CHECK(rig.saved.seq() == rig.seq);
  rig.advance(1min);
  CHECK(rig.told.size() == 1);
}

TEST_CASE("a mute that can't be saved is in force, is said not to be, and is saved later") {
  Rig rig;
  rig.delivery->on_progress(++rig.seq);
  rig.settle();
  rig.disk_full = true;
  REQUIRE(rig.mute(2h, "a"));
  rig.settle();
  CHECK(rig.mutes_saved == Rig::Texts{"no space left"});
  REQUIRE(rig.mute(2h, "b"));  // at once, not when the disk's turn has come
  rig.settle();
  CHECK(rig.mutes_saved == Rig::Texts{"no space left", "no space left"});
  CHECK(rig.delivery->mutes().size() == 2);
  CHECK(rig.saved.mutes_size() == 0);
  rig.disk_full = false;
  rig.advance(2min);
  CHECK(rig.saved.mutes_size() == 2);
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
