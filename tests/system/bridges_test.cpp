// Bridges through the real programs: what happens on a node is told in a Telegram chat and to a
// Discord webhook, whatever of all that is killed meanwhile.
#include <csignal>
#include <fstream>
#include <set>

#include "tests/support/catch.h"
#include "tests/system/bridged.h"

namespace picket::test {

TEST_CASE("what happens on a node is told in a Telegram chat, and the token is nowhere") {
  const FarSide far_side("telegram_server.py", {"--chat", "7"});
  Bridged f;
  f.configure_telegram(far_side);
  f.start_bridge("telegram");
  f.await_place("telegram", "place-7");
  f.tell(1);
  wait_until("it is told", [&] { return contains(Bridged::all_of(far_side), "n=1."); });
  f.tell(2);
  wait_until("the next is told", [&] { return contains(Bridged::all_of(far_side), "n=2."); });
  REQUIRE(far_side.accepted().size() == 2);
  CHECK(contains(far_side.accepted()[0]["text"].get<std::string>(), "web1"));
  f.bridge("telegram").signal(SIGTERM);
  CHECK(f.bridge("telegram").wait_for(std::chrono::seconds(10)) == 0);
  CHECK_FALSE(contains(read(f.site / "telegram.log"), "canary"));
}

TEST_CASE("what happens on a node is told to a Discord webhook, and its secret is nowhere") {
  const FarSide far_side("discord_server.py", {"--webhook", "1"});
  Bridged f;
  f.configure_discord(far_side);
  f.start_bridge("discord");
  f.await_place("discord", "place-ops");
  f.tell(1);
  wait_until("it is told", [&] { return contains(Bridged::all_of(far_side), "n=1."); });
  CHECK_FALSE(contains(read(f.site / "discord.log"), "canary"));
}

TEST_CASE("SM35: a webhook has a text beside each embed, and what it refuses for now comes later") {
  const FarSide far_side("discord_server.py", {"--webhook", "1"});
  Bridged f;
  f.configure_discord(far_side, "content = \"@everyone look\"\n");
  (void)far_side.control({{"next", {"429:1"}}});
  const auto refused = f.ask("discord", {"--test"});
  CHECK(refused.status == 1);
  CHECK(contains(refused.output, "ops: not now: "));
  const auto accepted = f.ask("discord", {"--test"});
  INFO(accepted.output);
  CHECK(accepted.status == 0);
  CHECK(contains(accepted.output, "ops: accepted"));
  f.start_bridge("discord");
  f.await_place("discord", "place-ops");
  (void)far_side.control({{"next", {"429:1", "502", "429-global:1"}}});
  f.tell(1);
  wait_until("it is told", [&] { return contains(Bridged::all_of(far_side), "n=1."); });
  REQUIRE(far_side.accepted().size() == 2);
  for (const Json& message : far_side.accepted()) {
    CHECK(message["content"] == "@everyone look");
    CHECK(message["mentions"] == Json::array());  // unless the configuration says whom
    CHECK(message["embeds"].size() == 1);
  }
}

TEST_CASE(
    "whichever is killed, bridge, hub or far side, nothing is left out, and little repeated") {
  FarSide far_side("telegram_server.py", {"--chat", "7", "--private-per-second", "0"});
  Bridged f;
  f.configure_telegram(far_side);
  f.start_bridge("telegram");
  f.await_place("telegram", "place-7");
  const auto text_of_all = [&] {
    std::string all;
    for (const auto& message : far_side.accepted()) all += message["text"].get<std::string>();
    return all;
  };
  const auto is_told = [&](int number) {
    return contains(text_of_all(), "n=" + std::to_string(number) + ".");
  };
  int kills = 0;
  for (int number = 0; number < 18; ++number) {
    f.tell(number);
    if (number % 3 == 2) {  // so that never so many wait that there is a digest
      wait_until("it is told", [&] { return is_told(number); }, std::chrono::seconds(60));
      continue;
    }
    ++kills;
    switch (number % 4) {
      case 0: f.start_bridge("telegram"); break;
      case 1:
        f.site.kill_hub();
        f.site.start_hub();
        f.site.await_state("web1", "connected");
        break;
      case 2:
        far_side.kill();
        far_side.start();
        break;
      default: f.start_bridge("telegram"); break;
    }
  }
  wait_until(
      "each is told",
      [&] {
        for (int number = 0; number < 18; ++number)
          if (!is_told(number)) return false;
        return true;
      },
      std::chrono::seconds(60));
  int with_repeats = 0;
  std::set<int> seen;
  for (const auto& message : far_side.accepted()) {
    bool repeats = false;
    const std::string text = message["text"];
    for (int number = 0; number < 18; ++number)
      if (contains(text, "n=" + std::to_string(number) + "."))
        repeats |= !seen.insert(number).second;
    with_repeats += repeats ? 1 : 0;
  }
  CHECK(with_repeats <= kills);
}

TEST_CASE("a bridge says what a test message came to, what it would send, and why") {
  FarSide far_side("telegram_server.py", {"--chat", "7"});
  Bridged f;
  f.configure_telegram(far_side);
  const auto accepted = f.ask("telegram", {"--test"});
  INFO(accepted.output);
  CHECK(accepted.status == 0);
  CHECK(contains(accepted.output, "7: accepted"));
  REQUIRE(far_side.accepted().size() == 1);
  CHECK(contains(far_side.accepted()[0]["text"].get<std::string>(), "a test of picket-telegram"));
  (void)far_side.control({{"chat", {{"id", 7}, {"blocked", true}}}});
  const auto refused = f.ask("telegram", {"--test"});
  CHECK(refused.status == 1);
  CHECK(contains(refused.output, "7: "));
  CHECK_FALSE(contains(refused.output, "canary"));

  std::ofstream(f.site / "event.json")
      << R"({"update":{"node":"web1","event":{"kind":"su.failed","auth":{"user":"bob"}}}})" << "\n";
  const auto explained = f.ask("telegram", {"explain", "--event", f.site / "event.json"});
  CHECK(explained.status == 0);
  CHECK(contains(explained.output, "su.failed on web1:"));
  CHECK(contains(explained.output, "rule logins doesn't fit: its kind su.failed is none of"));
  CHECK(contains(explained.output, "rule switches sends it"));

  std::ofstream(f.site / "telegram.toml", std::ios::app) << "chat = []\n";
  const auto wrong = f.ask("telegram", {"check-config"});
  CHECK(wrong.status == 2);
  CHECK(contains(wrong.output, "unknown key, did you mean \"chats\"?"));
}

}  // namespace picket::test
