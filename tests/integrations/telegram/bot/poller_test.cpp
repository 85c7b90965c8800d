// Long polling against a Bot API on loopback.
#include "integrations/telegram/bot/poller.h"

#include <optional>

#include "integrations/telegram/bot/core/bot.h"
#include "tests/integrations/telegram/far_rig.h"
#include "tests/support/virtual_clock.h"

namespace picket::telegram::bot {
namespace {

using namespace std::chrono_literals;

struct PollRig : FarRig {
  void start() {
    poller.emplace(
        api, clock, deadlines, [] { return 0; }, menu(),
        Poller::Events{.on_name = [this](const std::string& its) { name = its; },
                       .on_update = [this](const Update& one) { seen.push_back(one); }});
    poller->start();
  }
  bool until(const std::function<bool()>& done) { return picket::test::run_until(io, done); }
  void write(const std::string& text) {
    server.control({{"message", {{"from", 7}, {"text", text}}}});
  }
  bool until_seen(std::size_t count) {
    return until([&] { return seen.size() >= count; });
  }
  /// What was seen last has been told to be.
  bool until_confirmed() {
    return until([&] { return server.tell()["updates"].empty(); });
  }
  void advance(Nanoseconds by) {
    clock.advance(by);
    deadlines.run_due(clock.steady());
  }

  picket::test::VirtualClock clock;
  Deadlines deadlines;
  std::string name;
  std::vector<Update> seen;
  std::optional<Poller> poller;
};

}  // namespace

TEST_CASE("what is written is handed on once, and told as seen only then") {
  PollRig rig;
  rig.write("/help");
  rig.start();
  REQUIRE(rig.until_seen(1));
  CHECK_FALSE(rig.name.empty());
  CHECK(rig.seen[0].message->text == "/help");
  REQUIRE(rig.until_confirmed());
  rig.write("/nodes");
  REQUIRE(rig.until_seen(2));
  rig.start();  // killed before it could say so
  REQUIRE(rig.until_seen(3));
  CHECK(rig.seen[2].id == rig.seen[1].id);
  REQUIRE(rig.until_confirmed());
}

TEST_CASE("the menu is registered before anything is heard") {
  PollRig rig;
  rig.start();
  REQUIRE(rig.until([&] { return rig.poller->status() == "listening"; }));
  const auto accepted = rig.server.accepted();
  REQUIRE(accepted.size() == 1);
  CHECK(accepted[0]["method"] == "setMyCommands");
  CHECK(accepted[0]["commands"].size() == verbs().size());
}

TEST_CASE("failures are waited out, and said") {
  PollRig rig;
  rig.next("500");
  rig.start();
  REQUIRE(rig.until([&] { return rig.deadlines.size() == 1; }));
  CHECK(rig.poller->status().find("doesn't hear") == 0);
  rig.advance(1min);
  rig.write("/help");
  REQUIRE(rig.until_seen(1));
  CHECK(rig.poller->status() == "listening");
}

TEST_CASE("another program that takes the same bot's updates is named as the cause") {
  PollRig rig;
  rig.server.control({{"webhook", true}});
  rig.start();
  REQUIRE(rig.until([&] { return rig.deadlines.size() == 1; }));
  CHECK(rig.poller->status().find("a webhook is set") != std::string::npos);
  rig.advance(9s);
  CHECK(rig.deadlines.size() == 1);
  rig.server.control({{"webhook", false}});
  rig.write("/help");
  rig.advance(1s);
  REQUIRE(rig.until_seen(1));
}

TEST_CASE("updates that are numbered anew are each handed on once") {
  PollRig rig;
  rig.write("/help");
  rig.start();
  REQUIRE(rig.until_seen(1));
  REQUIRE(rig.until_confirmed());
  rig.server.control({{"last_update", 500}});
  rig.write("/nodes");
  REQUIRE(rig.until_seen(2));
  CHECK(rig.seen[1].id == 501);
  REQUIRE(rig.until_confirmed());
  rig.write("/who");
  REQUIRE(rig.until_seen(3));
  REQUIRE(rig.until_confirmed());
  CHECK(rig.seen.size() == 3);
  CHECK(rig.poller->status() == "listening");
}

TEST_CASE("what comes again though it was seen is handed on once, and not asked for at once") {
  PollRig rig;
  rig.server.control({{"stubborn", true}});
  rig.write("/help");
  rig.start();
  for (int i = 0; i < 3; ++i) {
    REQUIRE(rig.until([&] { return rig.deadlines.size() == 1; }));
    CHECK(rig.poller->status().find("nothing new") != std::string::npos);
    rig.advance(1min);
  }
  CHECK(rig.seen.size() == 1);
  rig.server.control({{"stubborn", false}});
  REQUIRE(rig.until([&] {
    rig.advance(1min);
    return rig.server.tell()["updates"].empty();
  }));
  rig.write("/nodes");
  REQUIRE(rig.until_seen(2));
  CHECK(rig.poller->status() == "listening");
}

TEST_CASE("far more than one answer holds is taken piece by piece") {
  PollRig rig;
  std::string text = "/help ";
  while (text.size() < 8000) text += "\u00e9";
  for (int i = 0; i < 100; ++i) rig.write(text);
  rig.start();
  REQUIRE(rig.until_seen(100));
  REQUIRE(rig.until_confirmed());
  CHECK(rig.seen.size() == 100);
}

TEST_CASE("a poller that ends leaves nothing behind") {
  PollRig rig;
  rig.start();
  REQUIRE(rig.until([&] { return rig.poller->status() == "listening"; }));
  rig.poller.reset();
  CHECK(rig.client.under_way() == 0);
  CHECK(rig.deadlines.size() == 0);
}

}  // namespace picket::telegram::bot
