// The Telegram bot through the real programs, with the service played on loopback.
#include <ctime>

#include "tests/support/catch.h"
#include "tests/system/bridged.h"

namespace picket::test {
namespace {

/// A bridge whose bot listens to the user 7, who may run what begins with "up".
struct WithBot : Bridged {
  WithBot() { configure_telegram(far_side, "commands = [\"up*\"]\n[users]\n7 = \"run\"\n"); }
  void start() { start_bridge("telegram"); }
  void write(int from, const std::string& text, int64_t age = 0) const {
    (void)far_side.control(
        {{"message", {{"from", from}, {"text", text}, {"date", std::time(nullptr) - age}}}});
  }
  void await(const std::string& words) const {
    wait_until(words, [&] { return contains(all_of(far_side), words); });
  }
  void press(int from, const Json& message) const {
    (void)far_side.control(
        {{"press",
          {{"from", from},
           {"chat", 7},
           {"message_id", message["message_id"]},
           {"data", message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]}}}});
  }
  std::string log() const { return read(site / "telegram.log"); }

  FarSide far_side{"telegram_server.py", {"--chat", "7", "--private-per-second", "0"}};
};

}  // namespace

TEST_CASE(
    "SM31, SM33, SM34: a user asks a Telegram bot for nodes and runs a command, a stranger "
    "nothing, and what was asked while it was down is not done") {
  WithBot f;
  f.write(7, "/run web1 uptime", 3600);  // while the bot was down
  f.start();
  f.await("setMyCommands");
  f.await("was not done");
  f.write(8, "/nodes");  // a stranger
  f.write(7, "/nodes");
  f.await("✅ web1 connected");
  f.write(7, "/run web1 reboot");
  f.await("is not among what this bot may run");
  f.write(7, "/run web1 uptime");
  f.await("Run uptime on web1?");
  const auto asking = f.far_side.accepted().back();
  f.press(8, asking);
  f.press(7, asking);
  f.await("uptime on web1: ");
  wait_until("its end is told",
             [&] { return contains(f.far_side.accepted().back().dump(), "❌"); });
  CHECK(f.far_side.accepted().back()["method"] == "editMessageText");
  CHECK(f.far_side.accepted().back()["message_id"] == asking["message_id"]);
  CHECK(contains(f.site.picket({"audit"}).output, "telegram:7"));
  for (const auto& message : f.far_side.accepted())
    if (message.contains("chat")) CHECK(message["chat"] == 7);
  CHECK(contains(f.log(), "user=8"));
  const auto orders = f.log();
  CHECK(contains(orders, "chat=7 what=\"run web1 uptime\" outcome=done why=\"on web1\""));
  CHECK(contains(orders, "what=\"run web1 reboot\" outcome=refused why=\"reboot is not among"));
  CHECK_FALSE(contains(f.log(), "canary"));
}

TEST_CASE("a mute that the bot has confirmed outlasts kill -9, and is shown again") {
  WithBot f;
  f.start();
  f.await_place("telegram", "place-7");
  f.write(7, "/mute 2h web*");
  f.await("No notices about web* in this chat");
  f.press(7, f.far_side.accepted().back());
  f.await("🔕 no notices about web* until");
  f.start();  // the one before is killed
  f.tell(1);
  f.write(7, "/mutes");
  f.await("/mute off WHAT ends one");
  f.await("🔕 web* until");
  f.write(7, "/mute off web*");
  f.await("Tell about web* again");
  f.press(7, f.far_side.accepted().back());
  f.await("quiet about web* until now: 1");
}

TEST_CASE("a bridge with users and no chats says, as a test, whose token it has") {
  WithBot f;
  std::ofstream(f.site / "telegram.toml", std::ios::app) << "8 = \"observe\"\n";
  auto text = read(f.site / "telegram.toml");
  const std::string chats = "chats = [\"7\"]\n";
  text.erase(text.find(chats), chats.size());
  std::ofstream(f.site / "telegram.toml") << text;
  const auto good = f.ask("telegram", {"--test"});
  INFO(good.output);
  CHECK(good.status == 0);
  CHECK(contains(good.output, "bot: the token is that of @"));
  CHECK(contains(good.output, "2 users may write"));
  CHECK(f.far_side.accepted().empty());
  write_secret(f.site / "telegram.token", "123456789:AAF-test-canary-token-of-somebody-else00000");
  const auto bad = f.ask("telegram", {"--test"});
  INFO(bad.output);
  CHECK(bad.status == 1);
  CHECK(contains(bad.output, "bot: "));
  CHECK(contains(bad.output, "Unauthorized"));
  CHECK_FALSE(contains(bad.output, "canary"));
}

}  // namespace picket::test
