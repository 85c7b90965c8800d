// Failed logins: bursts, guessing, and what the next login says of them.
#include "integrations/delivery/bursts.h"

#include "tests/integrations/delivery/delivery_rig.h"
#include "tests/support/catch.h"

namespace picket::delivery {

using namespace std::chrono_literals;
using test::Rig;

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
          "web1: 5 failed logins from 198.51.100.1 within 1 second, as root (5)\n");
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

TEST_CASE("a burst tells of now, however long a trickle went on before") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  int tries = 0;
  for (int minute = 0; minute < 24 * 60; ++minute) {  // 50 in ten minutes
    for (int i = 0; i < 5; ++i, ++tries)
      rig.failure("10.1." + std::to_string(tries % 250) + ".1", std::to_string(tries));
    rig.advance(1min);
  }
  CHECK(rig.told.empty());
  for (int i = 0; i < 100; ++i)
    rig.failure("203.0.113." + std::to_string(i), std::to_string(tries + i));
  rig.advance(1s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].find(" within 9 h") == std::string::npos);
  CHECK(rig.told[0].find("within 1") != std::string::npos);
  CHECK(rig.told[0].find(" minutes, from ") != std::string::npos);
}

TEST_CASE("what one burst has told isn't told again by the next") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  for (int source = 0; source < 40; ++source) {
    for (int i = 0; i < 5; ++i)
      rig.failure("10.0.0." + std::to_string(source), std::to_string(5 * source + i));
    rig.advance(1s);
  }
  rig.advance(10min);
  for (const auto& text : rig.told) CHECK(text.find("guessing") == std::string::npos);
  for (const auto& text : rig.told) CHECK(text.find("100 failed") == std::string::npos);
}

TEST_CASE("of many attempts at once each line counts for its own, whatever lies between") {
  Rig rig;
  rig.book.rules = default_rules();
  rig.start();
  for (int line = 0; line < 3; ++line)
    for (int i = 0; i < 60; ++i) rig.failure("10.0.0." + std::to_string(i), std::to_string(i));
  rig.advance(1min);
  CHECK(rig.told.empty());  // 60, not 180
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

TEST_CASE("attempts that overlap are each counted once") {
  Rig rig;
  for (int line = 0; line < 3; ++line)
    for (const char* attempt : {"a", "b"}) rig.failure("198.51.100.1", attempt);
  rig.advance(1min);
  CHECK(rig.told.empty());
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
