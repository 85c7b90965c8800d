// A chat is kept quiet by its users.
#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/bot_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {

using namespace std::chrono_literals;

TEST_CASE("a chat is quiet once that is confirmed, from then on") {
  Rig rig;
  rig.bot.set_name("picket_bot");
  rig.write(kAlice, "/mute@picket_bot 2h web*", kGroup);
  CHECK(rig.muted.empty());
  rig.advance(30s);
  rig.press(kAlice, rig.offered[0][0].data);
  REQUIRE(rig.muted.size() == 1);
  CHECK(rig.muted[0].first == kGroup);
  REQUIRE(rig.muted[0].second);
  CHECK(rig.muted[0].second->until == rig.clock.wall() + 2h);
  CHECK(rig.muted[0].second->what == "web*");
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "no notices about web* until"));
}

TEST_CASE("mutes end when they are told to") {
  Rig rig;
  rig.write(kAlice, "/mute off");
  rig.press(kAlice, rig.offered[0][0].data);
  REQUIRE(rig.muted.size() == 1);
  CHECK_FALSE(rig.muted[0].second);
}

TEST_CASE("why a chat can't be kept quiet is said") {
  Rig rig;
  rig.mute_error = "nothing is told here";
  rig.write(kAlice, "/mute 1h");
  rig.press(kAlice, rig.offered[0][0].data);
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "not done: nothing is told here"));
}

TEST_CASE("only who may run may mute, for some time between a second and a week") {
  Rig rig;
  rig.write(kOscar, "/mute 1h");
  CHECK(contains(rig.last(), "needs the role run"));
  for (const char* text : {"/mute 0s", "/mute 8d", "/mute never", "/mute soon", "/mute off web1",
                           "/mute", "/mute 1h a b"}) {
    INFO(text);
    rig.write(kAlice, text);
    CHECK(contains(rig.last(), "xpected"));
    CHECK(rig.offered.empty());
  }
  rig.write(kAlice, "/mute 1h " + std::string(65, 'x'));
  CHECK(rig.offered.empty());
  rig.write(kAlice, "/mute 7d " + std::string(64, 'x'));
  CHECK(rig.offered.size() == 1);
}

}  // namespace picket::telegram::bot::test
