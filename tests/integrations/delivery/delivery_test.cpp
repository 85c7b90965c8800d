#include "integrations/delivery/delivery.h"

#include "tests/integrations/delivery/delivery_rig.h"
#include "tests/support/catch.h"

namespace picket::delivery {

using namespace std::chrono_literals;
using test::Rig;

TEST_CASE("a login is told once, soon, and then saved") {
  Rig rig;
  rig.login();
  rig.advance(999ms);
  CHECK(rig.told.empty());
  rig.advance(1ms);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].starts_with("web1: ssh login: alice from 192.0.2.7"));
  CHECK(rig.saved.seq() == 1);
  CHECK(rig.delivery->is_settled());
  rig.start();
  rig.advance(1min);
  CHECK(rig.told.size() == 1);
}

TEST_CASE("what comes together is one message, and many things are a digest") {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.login("user" + std::to_string(i));
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(std::ranges::count(rig.told[0], '\n') == 3);
  for (int i = 0; i < 500; ++i) rig.login("user" + std::to_string(i % 3));
  rig.advance(1s);
  REQUIRE(rig.told.size() == 2);
  CHECK(rig.told[1].starts_with("logins: 500 from "));
  CHECK(rig.told[1].find("on web1 (500)") != std::string::npos);
  CHECK(rig.told[1].find("of user0 (167), user1 (167), user2 (166)") != std::string::npos);
  CHECK(rig.saved.seq() == 503);
}

TEST_CASE("a flood is told ever more rarely, and what else happens meanwhile at once") {
  Rig rig;
  rig.book.rules = default_rules();
  for (int second = 0; second < 60; ++second) {
    for (int i = 0; i < 100; ++i)
      rig.delivery->on_update(test::event(++rig.seq, "local.noise", "web1", rig.now()));
    rig.advance(1s);
  }
  CHECK(rig.told.size() <= 5);
  const std::size_t before = rig.told.size();
  rig.login();
  rig.advance(1s);
  REQUIRE(rig.told.size() == before + 1);
  CHECK(rig.told.back().find("web1: ssh login: alice") != std::string::npos);
  rig.advance(10min);
  CHECK(rig.delivery->is_settled());
  CHECK(rig.told.size() <= before + 2);
}

TEST_CASE("a far side that is away gets what waited, and nothing is lost or told twice") {
  Rig rig;
  rig.outcome = {.kind = Outcome::Kind::kLater, .retry_after = 30s, .why = "slow down"};
  rig.login("one");
  rig.advance(1s);
  CHECK(rig.told.empty());
  rig.login("two");
  rig.advance(29s);
  CHECK(rig.attempts.size() == 1);
  rig.advance(1s);
  CHECK(rig.attempts.size() >= 2);
  rig.advance(5s);
  REQUIRE(rig.told.size() == 2);
  CHECK(rig.told[0].find("one") != std::string::npos);
  CHECK(rig.told[1].find("two") != std::string::npos);
  CHECK(rig.told[0].find("two") == std::string::npos);
}

TEST_CASE("a message that is refused for good doesn't stop the others, and is said to be lost") {
  Rig rig;
  rig.outcome = {.kind = Outcome::Kind::kRefused, .retry_after = {}, .why = "too long\x1b[2J"};
  rig.login("one");
  rig.advance(1s);
  rig.login("two");
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].ends_with("a message before this one was refused: too long\\x1b[2J"));
  CHECK(rig.troubles == Rig::Texts{"refused: too long\\x1b[2J"});
  CHECK(rig.saved.seq() == 2);
}

TEST_CASE("where nothing can be saved that is told, and what happens still is, seldom") {
  Rig rig;
  rig.disk_full = true;
  rig.login("one");
  rig.advance(1s);
  CHECK(rig.told.size() == 1);
  rig.login("two");
  rig.advance(1s);
  CHECK(rig.told.size() == 1);
  for (int second = 0; second < 10 * 60; ++second) {
    rig.login("u" + std::to_string(second));
    rig.advance(1s);
  }
  CHECK(rig.told.size() > 5);
  CHECK(rig.told.size() <= 12);
  CHECK(rig.told[1].find("bridge can't save how far it has told") != std::string::npos);
  CHECK(rig.told[1].find("no space left") != std::string::npos);
  CHECK(rig.told[2].find("can't save") == std::string::npos);
  rig.disk_full = false;
  rig.advance(5min);
  CHECK(rig.told.back().find("this bridge can save again") != std::string::npos);
  CHECK(rig.delivery->is_settled());
  CHECK(rig.saved.seq() == rig.seq);
}

TEST_CASE("a disk that is full for a moment is nothing to tell") {
  Rig rig;
  rig.disk_full = true;
  rig.login();
  rig.advance(1s);
  rig.disk_full = false;
  rig.advance(1min);
  CHECK(rig.told.size() == 1);
  CHECK(rig.delivery->is_settled());
}

TEST_CASE("at its end it waits for the message on its way, and begins no other") {
  Rig rig;
  int ends = 0;
  rig.holds = true;
  rig.login("one");
  rig.advance(1s);
  rig.login("two");
  rig.delivery->finish([&] { ++ends; });
  rig.advance(2s);
  CHECK(ends == 0);
  SECTION("accepted: it is saved first") {
    rig.answer({});
    CHECK(ends == 0);
    rig.advance(1min);
    CHECK(rig.saved.seq() == 1);
  }
  SECTION("not now: the next start tries again") {
    rig.answer({.kind = Outcome::Kind::kLater, .retry_after = 1h, .why = "slow down"});
    CHECK(rig.saved.seq() == 0);
  }
  CHECK(ends == 1);
  CHECK(rig.attempts.size() == 1);
}

TEST_CASE("what is old when it can be told is one digest, and what isn't keeps its words") {
  Rig rig;
  rig.login("alice");
  rig.login("eve");
  rig.clock.advance(2h);  // the bridge was away
  rig.login("bob");
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].starts_with("logins: 2 from "));
  CHECK(rig.told[0].find("\nweb1: ssh login: bob from 192.0.2.7") != std::string::npos);
  CHECK(rig.told[0].ends_with("told late: some of this is more than an hour old"));
}

TEST_CASE("much of one rule hides nothing of another") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 500; ++i)
      rig.delivery->on_update(
          test::event(++rig.seq, i % 2 == 0 ? "local.noise" : "local.backup", "web1", rig.now()));
    rig.advance(1s);
  }
  rig.login("root");
  for (int i = 0; i < 500; ++i)
    rig.delivery->on_update(test::event(++rig.seq, "local.noise", "web1", rig.now()));
  rig.advance(1s);
  CHECK(rig.told[0].find(": local.backup (250), local.noise (250), on web1 (500)") !=
        std::string::npos);
  CHECK(rig.told.back().find("web1: ssh login: root from 192.0.2.7") != std::string::npos);
  CHECK(rig.told.back().find("local: 500 from ") != std::string::npos);
}

TEST_CASE("LS4: a digest of logins says how many failed before them") {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.failure("198.51.100.1", std::to_string(i));
  for (int i = 0; i < 30; ++i) rig.login();
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].find("logins: 30 from") != std::string::npos);
  CHECK(rig.told[0].find("; after 3 failed logins") != std::string::npos);
}

TEST_CASE("a login waits half a minute at most, however many there are") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  for (int second = 0; second < 10 * 60; ++second) {
    rig.login("harmless");
    rig.advance(1s);
  }
  const std::size_t before = rig.told.size();
  rig.login("root");
  rig.advance(31s);
  REQUIRE(rig.told.size() > before);
  CHECK(rig.told.back().find("root") != std::string::npos);
}

TEST_CASE("LS5: a boot is told") {
  Rig rig;
  rig.delivery->on_update(test::event(++rig.seq, "node.booted", "web1", rig.now()));
  rig.advance(1s);
  CHECK(rig.told == Rig::Texts{"web1: booted\n"});
}

TEST_CASE("updates that are no longer kept are said to be lost") {
  Rig rig;
  v1::Missed missed;
  missed.set_first_seq(5);
  missed.set_last_seq(90);
  missed.set_reason("no_longer_kept");
  rig.delivery->on_missed(missed);
  rig.advance(1s);
  CHECK(rig.told == Rig::Texts{"updates are lost, seq 5 to 90: no longer kept\n"});
  CHECK(rig.saved.seq() == 90);
}

TEST_CASE("a hub that can't store is told, since nothing else would be") {
  Rig rig;
  rig.delivery->on_storing(false);
  rig.delivery->on_storing(false);
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].starts_with("the hub can't store"));
  rig.delivery->on_storing(true);
  rig.advance(1s);
  CHECK(rig.told.back() == "the hub stores again\n");
}

}  // namespace picket::delivery
