// A chat is kept quiet by its users.
#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/bot_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {

using namespace std::chrono_literals;

TEST_CASE("a chat is quiet once that is confirmed, from then on") {
  Rig rig;
  rig.bot->set_name("picket_bot");
  rig.write(kAlice, "/mute@picket_bot 2h web*", kGroup);
  CHECK(rig.muted.empty());
  rig.advance(30s);
  rig.press(kAlice, rig.offered[0][0].data);
  REQUIRE(rig.muted.size() == 1);
  CHECK(rig.muted[0].first == kGroup);
  CHECK(rig.muted[0].second.until == rig.clock.wall() + 2h);
  CHECK(rig.muted[0].second.what == "web*");
  rig.saves.at(0)({});
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "🔕 no notices about web* until"));
}

TEST_CASE("that a chat is quiet is said once it is on the disk, or that it is not") {
  Rig rig;
  rig.write(kAlice, "/mute 1h *");
  const std::size_t before = rig.sent.size();
  rig.press(kAlice, rig.offered[0][0].data);
  rig.advance(1min);
  CHECK(rig.muted.at(0).second.what == "");
  CHECK(rig.sent.size() == before);
  rig.saves.at(0)(Error{"no <space>"});
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "⚠️ no notices about anything until"));
  CHECK(contains(rig.last(), "that can't be saved now"));
  CHECK(contains(rig.last(), "no &lt;space&gt;"));
}

TEST_CASE("mutes end when they are told to, all or one") {
  Rig rig;
  rig.write(kAlice, "/mute off");
  rig.press(kAlice, rig.offered[0][0].data);
  REQUIRE(rig.muted.size() == 1);
  CHECK_FALSE(rig.muted[0].second.until);
  CHECK_FALSE(rig.muted[0].second.what);
  rig.write(kAlice, "/mute off web1");
  rig.press(kAlice, rig.offered[0][0].data);
  REQUIRE(rig.muted.size() == 2);
  CHECK_FALSE(rig.muted[1].second.until);
  CHECK(rig.muted[1].second.what == "web1");
  rig.saves.at(1)({});
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "🔔 web1 is not muted in this chat any more"));
}

TEST_CASE("what a chat is quiet about is shown to whoever may look") {
  Rig rig;
  rig.write(kOscar, "/mutes");
  CHECK(contains(rig.last(), "nothing is muted here"));
  rig.in_force = {{"web<1>", rig.clock.wall() + 1h, 12}, {"", rig.clock.wall() + 2h, 0}};
  rig.write(kOscar, "/mutes");
  CHECK(contains(rig.last(), "<b>web&lt;1&gt;</b> until"));
  CHECK(contains(rig.last(), "12 counted so far"));
  CHECK(contains(rig.last(), "<b>*</b> until"));
  const std::string shown = rig.last();
  rig.write(kAlice, "/mute");
  CHECK(rig.last() == shown);
  rig.mute_error = "nothing is told here";
  rig.write(kAlice, "/mutes");
  CHECK(contains(rig.last(), "nothing is told here"));
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
  for (const char* text :
       {"/mute 0s", "/mute 8d", "/mute never", "/mute soon", "/mute 1h a b", "/mutes a"}) {
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
