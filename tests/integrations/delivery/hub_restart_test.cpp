#include "integrations/delivery/hub_restart.h"

#include "tests/integrations/delivery/delivery_rig.h"
#include "tests/support/catch.h"

namespace picket::delivery {

using namespace std::chrono_literals;
using test::Rig;

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

TEST_CASE("who isn't back is told by name, whatever else there is to tell, and however late") {
  Rig rig;
  rig.book.rules = default_rules();
  const bool is_late = GENERATE(false, true);
  rig.delivery->on_update(test::event(++rig.seq, "hub.started", "", rig.now()));
  auto absent = test::event(++rig.seq, "node.disconnected", "web7", rig.now());
  absent.mutable_event()->mutable_node()->set_reason("not_seen_since_hub_start");
  rig.delivery->on_update(absent);
  if (is_late) rig.clock.advance(2h);
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 30; ++i)
      rig.delivery->on_update(
          test::event(++rig.seq, "node.booted", "db" + std::to_string(i), rig.now()));
    rig.advance(1s);
  }
  rig.advance(5min);
  std::string all;
  for (const auto& text : rig.told) all += text;
  CHECK(all.find("hub started, version unknown; not back: web7") != std::string::npos);
}

TEST_CASE("a hub's clock that is set back ends what waits for it") {
  Rig rig;
  auto started = test::event(++rig.seq, "hub.started", "", rig.now() + 2h);
  rig.delivery->on_update(started);
  rig.advance(5s);
  REQUIRE(rig.told.size() == 1);
  CHECK(rig.told[0].starts_with("hub started"));
}

}  // namespace picket::delivery
