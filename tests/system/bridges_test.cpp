// Bridges through the real programs: what happens on a node is told in a Telegram chat and to a
// Discord webhook, whatever of all that is killed meanwhile.
#include <sys/stat.h>

#include <csignal>
#include <ctime>
#include <fstream>
#include <optional>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

constexpr char kToken[] = "123456789:AAF-test-canary-token-of-the-far-side0";
constexpr char kHookToken[] =
    "test-canary-token-of-the-far-side-webhook-0123456789abcdefghijklmnop";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void write_secret(const std::string& path, const std::string& text) {
  std::ofstream(path) << text << "\n";
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

/// A hub with one node, and a bridge of either kind beside it.
struct Bridged {
  Bridged() {
    REQUIRE(site.init().status == 0);
    site.start_hub();
    REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
    site.start_node("web1", "[auth_log]\nenabled = false\n");
    site.await_state("web1", "connected");
  }

  void configure_telegram(const FarSide& far_side) {
    write_secret(site / "telegram.token", kToken);
    std::ofstream(site / "telegram.toml")
        << "socket = \"" << site.socket() << "\"\nstate_folder = \"" << folder("telegram")
        << "\"\ntoken_file = \"" << site / "telegram.token" << "\"\nchats = [\"7\"]\napi_url = \""
        << "https://localhost:" << far_side.port() << "\"\nca_file = \"" << far_side.ca_file()
        << "\"\n";
  }
  void configure_discord(const FarSide& far_side) {
    write_secret(site / "ops.url", far_side.url("api/webhooks/1/" + std::string(kHookToken)));
    std::ofstream(site / "discord.toml")
        << "socket = \"" << site.socket() << "\"\nstate_folder = \"" << folder("discord")
        << "\"\nca_file = \"" << far_side.ca_file() << "\"\n[webhooks.ops]\nurl_file = \""
        << site / "ops.url" << "\"\n";
  }
  std::string folder(const std::string& name) const {
    const std::string path = site / (name + ".state");
    ::mkdir(path.c_str(), 0700);
    return path;
  }
  Words command(const std::string& name) const {
    return {program("picket-" + name), "--config", site / (name + ".toml")};
  }
  void start_bridge(const std::string& name) {
    bridge.reset();
    bridge.emplace(command(name), site / (name + ".log"));
  }
  /// It has begun to follow: what happens from now on is told.
  void await_place(const std::string& name, const std::string& file) const {
    struct stat status{};
    wait_until("the bridge has a place",
               [&] { return ::stat((site / (name + ".state/" + file)).c_str(), &status) == 0; });
  }
  CommandResult ask(const std::string& name, const Words& more) const {
    Words words = command(name);
    words.insert(words.begin(), {"timeout", "60"});
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  void tell(int number) const {
    const auto told =
        run({"timeout", "30", program("picket-node"), "event", "--socket",
             site.event_socket("web1"), "count", "n=" + std::to_string(number) + "."});
    INFO(told.output);
    REQUIRE(told.status == 0);
  }
  static std::string all_of(const FarSide& far_side) {
    std::string all;
    for (const auto& message : far_side.accepted()) all += message.dump() + "\n";
    return all;
  }

  Site site;
  std::optional<Child> bridge;
};

}  // namespace

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
  f.bridge->signal(SIGTERM);
  CHECK(f.bridge->wait_for(std::chrono::seconds(10)) == 0);
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

TEST_CASE("a user asks a Telegram bot for nodes, and has a command run once it is confirmed") {
  const FarSide far_side("telegram_server.py", {"--chat", "7", "--private-per-second", "0"});
  Bridged f;
  f.configure_telegram(far_side);
  std::ofstream(f.site / "telegram.toml", std::ios::app)
      << "commands = [\"up*\"]\n[users]\n7 = \"run\"\n";
  const auto write = [&](int from, const std::string& text, int64_t age = 0) {
    (void)far_side.control(
        {{"message", {{"from", from}, {"text", text}, {"date", std::time(nullptr) - age}}}});
  };
  write(7, "/run web1 uptime", 3600);  // while the bot was down
  f.start_bridge("telegram");
  const auto await = [&](const std::string& words) {
    wait_until(words, [&] { return contains(Bridged::all_of(far_side), words); });
  };
  await("setMyCommands");
  await("was not done");
  write(8, "/nodes");  // a stranger
  write(7, "/nodes");
  await("✅ web1 connected");
  write(7, "/run web1 reboot");
  await("is not among what this bot may run");
  write(7, "/run web1 uptime");
  await("Run uptime on web1?");
  const auto asking = far_side.accepted().back();
  const std::string yes = asking["reply_markup"]["inline_keyboard"][0][0]["callback_data"];
  const auto press = [&](int from) {
    (void)far_side.control(
        {{"press",
          {{"from", from}, {"chat", 7}, {"message_id", asking["message_id"]}, {"data", yes}}}});
  };
  press(8);
  press(7);
  await("uptime on web1: ");
  wait_until("its end is told", [&] { return contains(far_side.accepted().back().dump(), "❌"); });
  CHECK(far_side.accepted().back()["method"] == "editMessageText");
  CHECK(far_side.accepted().back()["message_id"] == asking["message_id"]);
  CHECK(contains(f.site.picket({"audit"}).output, "telegram:7"));
  for (const auto& message : far_side.accepted())
    if (message.contains("chat")) CHECK(message["chat"] == 7);
  CHECK(contains(read(f.site / "telegram.log"), "user=8"));
  CHECK_FALSE(contains(read(f.site / "telegram.log"), "canary"));
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
