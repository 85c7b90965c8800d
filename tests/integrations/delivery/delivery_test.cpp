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

TEST_CASE("100,000 failed logins in a minute are at most five messages") {
  const bool one_source = GENERATE(true, false);
  Rig rig;
  for (int i = 0; i < 100'000; ++i) {
    rig.failure(one_source ? "198.51.100.1" : "10." + std::to_string(i % 200) + ".0.1",
                "attempt" + std::to_string(i));
    if (i % 1000 == 0) rig.advance(600ms);
  }
  CHECK(rig.told.size() <= 5);
  rig.advance(20min);
  CHECK(rig.told.size() <= 7);
  rig.advance(7h);
  CHECK(rig.told.size() <= 8);
  CHECK(rig.delivery->is_settled());
  if (one_source) {
    CHECK(rig.told.front() ==
          "web1: 5 failed logins from 198.51.100.1 within 1 second, on web1 (5), as root (5)\n");
    CHECK(rig.told.back().find("99,995 more failed logins from 198.51.100.1") != std::string::npos);
  }
}

TEST_CASE("lines of one attempt count as one") {
  Rig rig;
  for (int i = 0; i < 8; ++i) rig.failure("198.51.100.1", "attempt" + std::to_string(i / 2));
  rig.advance(1min);
  CHECK(rig.told.empty());
  for (int i = 0; i < 10; ++i) rig.failure("198.51.100.1", "other" + std::to_string(i / 2));
  rig.advance(1s);
  CHECK(rig.told.size() == 1);
}

TEST_CASE("LS4: a login says what has failed since the last one") {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.failure();
  rig.login();
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].find("; 3 failed logins there since the last one: 198.51.100.1 (3)") !=
        std::string::npos);
  rig.login();
  rig.advance(1s);
  CHECK(rig.told[1].find("since the last one") == std::string::npos);
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

TEST_CASE("guessing from many sources is told, though each has too few tries to be a burst") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  for (int i = 0; i < 100; ++i) {
    rig.failure("10.0.0." + std::to_string(i), "attempt" + std::to_string(i));
    rig.advance(5s);
  }
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].starts_with("web1: 100 failed logins within 8 minutes"));
  for (int i = 0; i < 200; ++i) {
    rig.failure("10.0.1." + std::to_string(i), "more" + std::to_string(i));
    rig.advance(5s);
  }
  CHECK(rig.told.size() == 1);
  rig.advance(7h);
  REQUIRE(rig.told.size() == 2);
  CHECK(rig.told[1].starts_with("web1: 200 more failed logins within 16 minutes"));
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

TEST_CASE("LS4: what failed is said with the next login that is told, whatever came between") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.book.rules.insert(rig.book.rules.begin(), Rule{});
  rig.book.rules.front().name = "robots";
  rig.book.rules.front().users = {"backup"};
  rig.book.rules.front().send = false;
  rig.start();
  rig.failure();
  rig.failure();
  rig.login("backup");  // is told to nobody
  rig.login("alice");
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  const auto& text = rig.told[0];
  CHECK(text.find("2 failed logins there", text.find("alice")) != std::string::npos);
}

TEST_CASE("another line of an attempt that was told isn't one more") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  for (int i = 0; i < 5; ++i) {
    rig.failure("198.51.100.1", "attempt" + std::to_string(i));
    rig.failure("198.51.100.1", "attempt" + std::to_string(i));
  }
  rig.advance(1h);
  CHECK(rig.told.size() == 1);
  CHECK(rig.told[0].find(" 5 failed logins from") != std::string::npos);
}

TEST_CASE("after a hub's restart there is one message, not one for each node") {
  Rig rig;
  auto started = test::event(++rig.seq, "hub.started", "", rig.now());
  started.mutable_event()->mutable_hub()->set_version("1.2");
  rig.delivery->on_update(started);
  rig.advance(30s);
  for (int i = 7; i < 10; ++i) {
    auto absent = test::event(++rig.seq, "node.disconnected", "web" + std::to_string(i), rig.now());
    absent.mutable_event()->mutable_node()->set_reason("not_seen_since_hub_start");
    rig.delivery->on_update(absent);
  }
  rig.delivery->on_update(test::event(++rig.seq, "node.connected", "web9", rig.now()));
  rig.login();  // is told at once
  rig.advance(1s);
  CHECK(rig.told.size() == 1);
  rig.advance(1min);
  REQUIRE(rig.told.size() == 2);
  CHECK(rig.told[1] == "hub started, version 1.2; not back: web7, web8\n");
  rig.advance(1min);
  rig.delivery->on_update(test::event(++rig.seq, "node.connected", "late", rig.now()));
  rig.advance(1s);
  CHECK(rig.told.back().starts_with("late: connected"));
}

TEST_CASE("nodes that a hub with a longer dead_after misses late are one message too") {
  Rig rig;
  rig.delivery->on_update(test::event(++rig.seq, "hub.started", "", rig.now()));
  rig.advance(10min);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0] == "hub started, version unknown\n");
  for (int i = 10; i < 60; ++i) {
    auto absent = test::event(++rig.seq, "node.disconnected", "web" + std::to_string(i), rig.now());
    absent.mutable_event()->mutable_node()->set_reason("not_seen_since_hub_start");
    rig.delivery->on_update(absent);
  }
  rig.delivery->on_update(test::event(++rig.seq, "node.connected", "web10", rig.now()));
  rig.advance(2s);
  rig.start();  // which it outlasts
  for (uint64_t seq = rig.saved.seq() + 1; seq <= rig.seq; ++seq) {
    auto absent = test::event(seq, "node.disconnected", "web" + std::to_string(seq + 8), rig.now());
    absent.mutable_event()->mutable_node()->set_reason("not_seen_since_hub_start");
    rig.delivery->on_update(absent);
  }
  rig.advance(1min);
  REQUIRE(rig.told.size() == 2);
  CHECK(rig.told[1].starts_with("not back since the hub was started: web1"));
  CHECK(rig.told[1].find(" more\n") != std::string::npos);
}

TEST_CASE("LS5: a boot is told") {
  Rig rig;
  rig.delivery->on_update(test::event(++rig.seq, "node.booted", "web1", rig.now()));
  rig.advance(1s);
  CHECK(rig.told == Rig::Texts{"web1: booted\n"});
}

TEST_CASE("what was counted and not told yet outlasts the program") {
  Rig rig;
  rig.book.rules = default_rules();
  for (Rule& rule : rig.book.rules) rule.burst.again_after = 1h;
  rig.start();
  for (int i = 0; i < 5; ++i) rig.failure("198.51.100.1", "a" + std::to_string(i));
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  for (int i = 0; i < 7; ++i) rig.failure("198.51.100.1", "b" + std::to_string(i));
  rig.advance(5min);
  CHECK(rig.saved.seq() == 12);
  rig.start();
  rig.advance(1h);
  REQUIRE(rig.told.size() == 2);
  CHECK(rig.told[1].find("7 more failed logins from 198.51.100.1") != std::string::npos);
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

TEST_CASE("a steady trickle is told ever more rarely too") {
  Rig rig;
  const bool from_many = GENERATE(true, false);
  for (int second = 0; second < 10 * 60; ++second) {
    const std::string source = "10.0.0." + std::to_string(second);
    for (int n = 0; n < 5; ++n) {
      if (from_many) {
        rig.failure(source, std::to_string(second) + "/" + std::to_string(n));
      } else {
        rig.delivery->on_update(
            test::auth(++rig.seq, "su.failed", "web1", rig.now(), "eve", "", {}));
      }
    }
    rig.advance(1s);
  }
  CHECK(rig.told.size() <= 10);
}

TEST_CASE("what a node's clock says doesn't silence others, nor make them told late") {
  Rig rig;
  const auto failures_at = [&](WallTime at, const char* node) {
    for (int i = 0; i < 5; ++i) {
      auto update = test::auth(++rig.seq, "ssh.failed", node, at, "root", "198.51.100.1",
                               node + std::to_string(i));
      update.set_received_unix_ns(to_unix_ns(rig.now()));
      rig.delivery->on_update(update);
    }
  };
  failures_at(from_unix_ns(4'102'444'800'000'000'000), "evil");  // the year 2100
  rig.advance(1s);
  CHECK(rig.told.size() == 1);
  rig.advance(6min);
  failures_at(rig.now(), "web2");
  rig.advance(1s);
  CHECK(rig.told.size() == 2);
  auto slow =
      test::auth(++rig.seq, "ssh.accepted", "pi", from_unix_ns(1'000), "alice", "192.0.2.7");
  slow.set_received_unix_ns(to_unix_ns(rig.now()));
  rig.delivery->on_update(slow);
  rig.login("bob");
  rig.advance(2min);
  REQUIRE(rig.told.size() == 3);
  CHECK(rig.told[2].find("pi: ssh login: alice") != std::string::npos);
  CHECK(rig.told[2].find("web1: ssh login: bob") != std::string::npos);
}

TEST_CASE("a hub's clock that is set back ends what waits for it") {
  Rig rig;
  auto started = test::event(++rig.seq, "hub.started", "", rig.now() + 2h);
  rig.delivery->on_update(started);
  rig.advance(5s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].starts_with("hub started"));
}

TEST_CASE("attempts that overlap are each counted once") {
  Rig rig;
  for (int line = 0; line < 3; ++line)
    for (const char* attempt : {"a", "b"}) rig.failure("198.51.100.1", attempt);
  rig.advance(1min);
  CHECK(rig.told.empty());
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

TEST_CASE("what is counted stays small, whatever strangers call themselves") {
  Rig rig;
  const std::string pad(2'000, 'x');
  for (int i = 0; i < 6'000; ++i) {
    rig.delivery->on_update(test::auth(++rig.seq, "ssh.failed", "web" + std::to_string(i % 5000),
                                       rig.now(), std::to_string(i) + pad,
                                       std::to_string(i % 4000) + pad, std::to_string(i) + pad));
    if (i % 1000 == 0) rig.advance(1s);
  }
  rig.advance(20s);
  CHECK(rig.saved.ByteSizeLong() < 8U * 1024 * 1024);
}

}  // namespace picket::delivery
