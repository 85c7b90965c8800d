// What is told of each order for the log: once, when it is known what became of it.
#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/run_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

Texts taken(Rig& rig) { return std::exchange(rig.told, {}); }

}  // namespace

TEST_CASE("an order is told once it is done, with who, where and what") {
  RunRig rig;
  rig.Rig::write(kOscar, "/nodes web*");
  CHECK(taken(rig).empty());
  rig.end();
  CHECK(taken(rig) == Texts{"8 user in 8: nodes web*: done"});
  rig.Rig::write(kOscar, "/nodes");
  rig.asked.back().reply.on_failure({client::Failure::Kind::kUnreachable, "no hub"});
  CHECK(taken(rig) == Texts{"8 user in 8: nodes: failed: no hub"});
  rig.Rig::write(kAlice, "/help");
  CHECK(taken(rig) == Texts{"7 user in 7: help: done"});
  rig.Rig::write(kStranger, "/help");
  CHECK(taken(rig).empty());  // as strangers are
}

TEST_CASE("a run is told when it was decided, without what its parameters say") {
  RunRig rig;
  rig.write(kAlice, "/run web1 uptime token=canary 'x=two canary'");
  CHECK(taken(rig).empty());
  SECTION("confirmed") {
    const std::string yes = rig.yes();
    rig.press(kOscar, yes);
    CHECK(taken(rig) == Texts{"8  in 0: press a button: refused: Only who asked can press this."});
    rig.press(kAlice, yes);
    CHECK(taken(rig) == Texts{"7 user in 7: run web1 uptime token=… x=…: done: on web1"});
    rig.tell_state(v1::Execution::STATE_RUNNING);
    rig.advance(kEditEvery);
    rig.press(kAlice, rig.yes());
    CHECK(taken(rig) == Texts{"7  in 7: end uptime on web1: done"});
  }
  SECTION("declined") {
    rig.press(kAlice, rig.no());
    CHECK(taken(rig) == Texts{"7 user in 7: run web1 uptime token=… x=…: declined"});
  }
  SECTION("in time by nobody") {
    rig.advance(kConfirmWithin);
    CHECK(taken(rig) == Texts{"7 user in 7: run web1 uptime token=… x=…: not confirmed"});
  }
}

TEST_CASE("what is refused is told with why, and no word that may be a secret") {
  RunRig rig;
  rig.write(kAlice, "/run web1 reboot");
  CHECK(taken(rig) ==
        Texts{"7 user in 7: run web1 reboot: refused: reboot is not among what this bot may run"});
  rig.write(kOscar, "/run web1 uptime token=canary");
  CHECK(taken(rig) ==
        Texts{"8 user in 8: run: refused: /run is not for you: it needs the role run"});
  for (const char* text :
       {"/run web1 uptime canary", "/run web1 'can ary canary'", "/run web1 uptime 'x=canary",
        "/run x=canary", "/run web1 x=canary", "/run web1 uptime token=a canary"}) {
    INFO(text);
    rig.write(kAlice, text);
    const Texts all = taken(rig);
    REQUIRE(all.size() == 1);
    CHECK(contains(all[0], ": refused: "));
    CHECK_FALSE(contains(all[0], "canary"));
  }
  rig.Rig::write(kAlice, "/help", 0, 2min);
  CHECK(contains(taken(rig).at(0), "7 user in 7: help: refused: /help was not done: it came"));
}

TEST_CASE("a mute is told once it is saved, or as not saved") {
  Rig rig;
  rig.write(kAlice, "/mute 1h web*");
  rig.press(kAlice, rig.offered[0][0].data);
  CHECK(taken(rig).empty());
  rig.saves.at(0)({});
  CHECK(taken(rig) == Texts{"7 user in 7: mute 1h web*: done"});
  rig.write(kAlice, "/mute off");
  rig.press(kAlice, rig.offered[0][0].data);
  rig.saves.at(1)(Error{"no space"});
  CHECK(taken(rig) == Texts{"7 user in 7: mute off: done, not saved: no space"});
}

}  // namespace picket::telegram::bot::test
